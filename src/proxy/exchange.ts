import {tellEnd} from './access-log.ts'
import type {Account} from './access-log.ts'
import {chooseLane, choosePool} from './choose.ts'
import {cutExchange} from './cut.ts'
import type {ExchangeContext} from './exchange-context.ts'
import {fail} from './fail.ts'
import type {Carried} from './fast/carried.ts'
import {notProcessed} from './h2/send.ts'
import {canRelay, relayExchange} from './handover/relay.ts'
import {enterLane, leaveLane} from './lane.ts'
import type {InFlight} from './lane.ts'
import {lostRetryMs} from './limits.ts'
import type {AnswerIn, AnswerOut, RequestIn, RequestOut, Upgrade} from './message.ts'
import {observeForMirror} from './mirror.ts'
import type {Observer} from './mirror.ts'
import {newExchange} from './new-exchange.ts'
import {passBody, passInterim, passResponse} from './pass.ts'
import {beginSample, observedByBoth} from './recording/sample.ts'
import type {Sample} from './recording/sample.ts'
import {watchLost, watchRefused} from './refused.ts'
import {answerReserved, isReserved} from './reload/reserved.ts'
import {mayBeSentAgain} from './resend.ts'
import type {Route} from './routes.ts'
import {openRequest, openUpgrade} from './send.ts'
import type {PageSet} from './together/group.ts'
import {leavePage} from './together/page-set.ts'
import {tellTrouble} from './trouble.ts'
import {passUpgrade} from './tunnel.ts'
import type {Upstream} from './upstream.ts'
import {waitForLane} from './wait.ts'

/** One request of a client, from its head to the end of its answer, over all attempts to have it answered. */
export interface Exchange extends Account {
  readonly route: Route<Upstream>
  readonly request: RequestIn
  readonly response: AnswerOut
  /** set for a request to switch protocols */
  readonly upgrade: Upgrade | undefined
  readonly body: boolean
  /** whether it is believed what it says of proxies before this one */
  readonly trusted: boolean
  /** a page that is to have the tag of reload/ */
  readonly page: boolean
  /** gRPC: goes to the upstream by HTTP/2 */
  readonly grpc: boolean
  /** some of the body was read: it can't be sent again */
  bodyBegun: boolean
  /** what the application is asked for */
  readonly target: string
  /** what was taken off the client's path for that; mostly nothing */
  readonly prefix: string
  readonly clientAddress: string
  /** which portion the client belongs to, where there are several; see choose.ts */
  token: number | undefined
  tokenIsNew: boolean
  /** of a page; see choose.ts */
  set: PageSet | undefined
  /** the attempt under way is one that the fast path sent */
  carried: Carried | undefined
  /** attempts of which the upstream may have seen something */
  sends: number
  /** who closed a kept connection under it */
  lostKept: Upstream | undefined
  /** interim answers (1xx) so far */
  interim: number
  /** when the last one began, by performance.now() */
  sentMs: number
  /** epoch ms; 0 before it first had to wait */
  holdUntilMs: number
  /** the attempt under way */
  outgoing: RequestOut | undefined
  /** the same, as its lane knows it */
  inFlight: InFlight | undefined
  /** sees the answer, for a copy of the request */
  observer: Observer | undefined
  /** what is kept of it, for who records */
  sample: Sample | undefined
  stopWaiting: (() => void) | undefined
  /** the connection has switched protocols */
  upgraded: boolean
  /** its answer, once that has begun */
  incoming: AnswerIn | undefined
  /** the upstream's answer has begun: no other can be given */
  answered: boolean
  /** it will not come to its end */
  broken: boolean
  /** the client is gone, or the answer was given by the proxy itself */
  over: boolean
}

/** Answers the request on the route, sooner or later; `prefix` is taken off its path. */
export const beginExchange = (
  context: ExchangeContext,
  route: Route<Upstream>,
  request: RequestIn,
  answer: AnswerOut | Upgrade,
  prefix: string,
): void => {
  if (isReserved(route, request)) return answerReserved(context.watchers, route, request, answer)
  const exchange = newExchange(context, route, request, answer, prefix)
  if (exchange.carried === undefined) route.counters.requests++
  if (route.recorders !== undefined) exchange.sample = beginSample(exchange)
  // A client may vanish between any two writes; `close` tells all there is to know.
  exchange.response.on('error', ignore)
  exchange.response.once('close', () => {
    leavePage(exchange)
    // Of a stream that has switched; its tunnel tells.
    if (exchange.upgraded) return
    if (!exchange.response.writableFinished) {
      exchange.over = true
      exchange.stopWaiting?.()
      exchange.outgoing?.destroy()
    }
    if (exchange.startMs > 0) tellEnd(context.access, exchange)
  })
  attempt(context, exchange)
}

const ignore = (): void => undefined

const attempt = (context: ExchangeContext, exchange: Exchange): void => {
  exchange.stopWaiting = undefined
  // Later attempts are as those of others.
  const carried = exchange.outgoing === undefined ? exchange.carried : undefined
  exchange.carried = carried
  const relay = carried === undefined ? context.relay : undefined
  if (relay !== undefined && canRelay(exchange.request)) return relayExchange(relay, exchange)
  const pool = choosePool(exchange.route, exchange)
  const upstream = carried?.upstream ?? (pool && chooseLane(pool))
  if (upstream === undefined && relay !== undefined) return relayExchange(relay, exchange)
  if (upstream === undefined) return waitForLane(context, exchange, pool, () => attempt(context, exchange))
  const inFlight: InFlight = carried?.inFlight ?? {cut: ignore}
  inFlight.cut = () => cutExchange(exchange, upstream, () => attempt(context, exchange))
  if (carried === undefined) enterLane(upstream, inFlight)
  exchange.inFlight = inFlight
  exchange.sends++
  exchange.upstream = upstream
  exchange.sentMs = carried?.sentMs ?? performance.now()
  const copied = exchange.route.mirror === undefined ? undefined : observeForMirror(context, exchange, pool)
  exchange.observer = exchange.sample === undefined ? copied : observedByBoth(exchange.sample, copied)
  let outgoing: RequestOut
  try {
    outgoing = exchange.upgrade === undefined ? openRequest(exchange, upstream) : openUpgrade(exchange, upstream)
  } catch (error) {
    // Node refuses to send what its own parser let in: nothing that an upstream should see.
    leaveLane(upstream, inFlight)
    return fail(context, exchange, upstream, error)
  }
  exchange.outgoing = outgoing
  outgoing.once('response', (incoming) => passResponse(context, exchange, upstream, outgoing, incoming))
  outgoing.on('information', (interim) => passInterim(exchange, outgoing, interim))
  outgoing.on('error', (error) => failed(context, exchange, upstream, error))
  if (exchange.upgrade === undefined) {
    outgoing.once('close', () => leaveLane(upstream, inFlight))
    // Without a listener Node would close the connection and say nothing.
    outgoing.once('upgrade', (_incoming, socket) => {
      socket.destroy()
      failed(context, exchange, upstream, new Error('it switched protocols unasked'))
    })
  } else {
    passUpgrade(exchange, exchange.upgrade, upstream, outgoing, () => {
      leaveLane(upstream, inFlight)
      if (exchange.startMs > 0 && exchange.upgraded) tellEnd(context.access, exchange)
    })
  }
  if (exchange.body) passBody(exchange, upstream, outgoing, context.clients.uploadIdleMs)
  else outgoing.end()
}

/** Sends of what the upstream did not take: a stream that came when it was about to close, and not more of them. */
const mostRefused = 3

const failed = (
  context: ExchangeContext,
  exchange: Exchange,
  upstream: Upstream,
  error: NodeJS.ErrnoException,
): void => {
  if (exchange.over) return
  if (exchange.answered) {
    exchange.broken ||= exchange.incoming?.complete === false
    return
  }
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') {
    // Nothing was sent, whatever the method.
    exchange.sends--
    if (!upstream.refused)
      context.log(`${upstream.target.release} of ${exchange.route.id} refuses connections: ${error.code}`)
    upstream.refused = true
    upstream.tally.failures++
    tellTrouble(context, exchange.route, upstream, 'refused')
    watchRefused(context.holds, exchange.route, upstream)
    // Waits, unless another of its release accepts, or another release has the traffic by now.
    return attempt(context, exchange)
  }
  if (error.code === notProcessed && exchange.sends < mostRefused && !exchange.bodyBegun) {
    upstream.tally.requests--
    return attemptLater(context, exchange)
  }
  const mayAgain = mayBeSentAgain(exchange)
  if (exchange.outgoing?.reusedSocket && mayAgain) {
    // That the application closes what has been idle for long is no failure: as if it had not been sent.
    exchange.lostKept = upstream
    upstream.tally.requests--
    return attempt(context, exchange)
  }
  upstream.tally.failures++
  if (error.code === notProcessed && exchange.response.refuse !== undefined) {
    // The client has the body, and may send it again.
    exchange.over = true
    exchange.route.counters.failed++
    return exchange.response.refuse()
  }
  tellTrouble(context, exchange.route, upstream, 'reset')
  watchLost(context.holds, exchange.route, upstream)
  // It closed the one before as well: both saw the same end of it.
  const most = exchange.lostKept === upstream ? 3 : 2
  if (exchange.sends < most && mayAgain) return attemptLater(context, exchange)
  fail(context, exchange, upstream, error)
}

/** Who closed a new connection may be dying, and take connections to the last: it is not asked again before that has shown. */
const attemptLater = (context: ExchangeContext, exchange: Exchange): void => {
  const timer = setTimeout(() => attempt(context, exchange), lostRetryMs)
  exchange.stopWaiting = () => clearTimeout(timer)
}
