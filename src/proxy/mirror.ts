import {chooseLane} from './choose.ts'
import {collect, compareAnswers, inWords} from './compare.ts'
import type {Collecting, Seen} from './compare.ts'
import type {ExchangeContext} from './exchange-context.ts'
import type {Exchange} from './exchange.ts'
import {enterLane, leaveLane} from './lane.ts'
import type {InFlight} from './lane.ts'
import {copyTimeoutMs, maxCopies, maxCopiedBytes, maxExamples} from './limits.ts'
import type {AnswerIn, RequestIn} from './message.ts'
import {watchRefused} from './refused.ts'
import type {Pool, Route} from './routes.ts'
import {openCopy} from './send.ts'
import {countAnswer} from './tally.ts'
import type {Tally} from './tally.ts'
import type {Upstream} from './upstream.ts'

/** Sees an answer on its way to the client. */
export interface Observer {
  head(incoming: AnswerIn): void
  data(chunk: Buffer): void
  /** it was passed on as a whole */
  end(): void
}

/**
 * For a request that is to be copied to the mirror: sends the copy when the client has its answer, so that the two never compete and
 * there is something to compare with. Undefined for all others.
 */
export const observeForMirror = (
  context: ExchangeContext,
  exchange: Exchange,
  pool: Pool<Upstream> | undefined,
): Observer | undefined => {
  const {route, request, body, upgrade} = exchange
  const isSafe = (request.method === 'GET' || request.method === 'HEAD') && !body && upgrade === undefined
  if (!isSafe || pool === undefined || pool !== route.pools[0] || !isDue(route)) return undefined
  let live: Collecting | undefined
  return {
    head(incoming) {
      live = collect(incoming)
    },
    data: (chunk) => live?.add(chunk),
    end() {
      const {mirror} = route
      if (live === undefined || live.bytes > maxCopiedBytes || mirror === undefined) return
      // Never queued: what can't be copied now is not copied.
      if (route.copies >= maxCopies) return
      const lane = chooseLane(mirror)
      if (lane !== undefined) sendCopy(context, exchange, lane, live.seen())
    },
  }
}

/** Every n-th request, as exactly as the share says. */
const isDue = (route: Route): boolean => {
  route.copyDue += route.mirror?.weight ?? 0
  if (route.copyDue < 1) return false
  route.copyDue--
  return true
}

const sendCopy = ({holds, log}: ExchangeContext, exchange: Exchange, lane: Upstream, live: Seen): void => {
  const {route, request} = exchange
  const {tally, target} = lane
  let wasCut = false
  const inFlight: InFlight = {
    cut() {
      wasCut = true
      outgoing.destroy()
    },
  }
  enterLane(lane, inFlight)
  route.copies++
  let outcome: Seen | string | undefined
  const sentMs = performance.now()
  const outgoing = openCopy(exchange, lane)
  let candidate: Collecting | undefined
  const timer = setTimeout(() => {
    const what = candidate === undefined ? 'no answer' : `${inWords(candidate.seen())} without an end`
    outcome ??= `${what} within ${copyTimeoutMs / 1000} s`
    outgoing.destroy()
  }, copyTimeoutMs).unref()
  const settle = (): void => {
    clearTimeout(timer)
    route.copies--
    leaveLane(lane, inFlight)
    if (wasCut) return
    if (typeof outcome === 'string') tally.failures++
    if (outcome !== undefined) void note(tally, request, live, outcome)
  }
  outgoing.once('response', (incoming) => {
    countAnswer(tally, incoming.statusCode ?? 0, performance.now() - sentMs)
    const collecting = collect(incoming)
    candidate = collecting
    incoming.on('data', (chunk: Buffer) => {
      collecting.add(chunk)
      if (collecting.bytes <= maxCopiedBytes) return
      outcome ??= collecting.seen()
      outgoing.destroy()
    })
    incoming.once('error', () => {
      outcome ??= `${inWords(collecting.seen())} that broke off`
    })
    incoming.once('close', () => {
      if (incoming.complete) outcome ??= collecting.seen()
      settle()
    })
  })
  outgoing.on('error', ({code, syscall, message}: NodeJS.ErrnoException) => {
    // As if it had not been sent; see exchange.ts.
    if (outgoing.reusedSocket && outcome === undefined) tally.requests--
    else outcome ??= `no answer: ${code ?? message}`
    if (syscall !== 'connect') return
    if (!lane.refused) log(`${target.release}, the mirror of ${route.id}, refuses connections: ${code}`)
    lane.refused = true
    watchRefused(holds, route, lane)
  })
  outgoing.once('close', () => {
    // With an answer, its own end tells more.
    if (candidate === undefined) settle()
  })
  outgoing.end()
}

const note = async (
  tally: Tally,
  {method = '', url = ''}: RequestIn,
  live: Seen,
  outcome: Seen | string,
): Promise<void> => {
  const difference =
    typeof outcome === 'string' ? {live: inWords(live), candidate: outcome} : await compareAnswers(live, outcome)
  tally.mirrored ??= {requests: 0, differing: 0, examples: []}
  const {mirrored} = tally
  mirrored.requests++
  if (difference === undefined) return
  mirrored.differing++
  if (mirrored.examples.length >= maxExamples) return
  // A query may hold what nobody else should read.
  const [path = ''] = url.split('?', 1)
  mirrored.examples.push({method, path, ...difference})
}
