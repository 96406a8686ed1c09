import type {ClientRequest, IncomingMessage, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

import {tellEnd} from './access-log.ts'
import type {AccessLog, Account} from './access-log.ts'
import {answerBadGateway, answerCut, answerUnavailable, isNavigation} from './answers.ts'
import {chooseLane, choosePool} from './choose.ts'
import type {Carried} from './fast/carried.ts'
import type {Holds} from './hold.ts'
import {enterLane, leaveLane} from './lane.ts'
import type {InFlight} from './lane.ts'
import {lostRetryMs} from './limits.ts'
import type {HoldLimits} from './limits.ts'
import type {Log} from './log.ts'
import {observeForMirror} from './mirror.ts'
import type {Observer} from './mirror.ts'
import {newExchange} from './new-exchange.ts'
import {passBody, passResponse} from './pass.ts'
import {watchRefused} from './refused.ts'
import {mayBeSentAgain} from './resend.ts'
import {lanesWithPart} from './routes.ts'
import type {Pool, Route} from './routes.ts'
import {openRequest, openUpgrade} from './send.ts'
import {passUpgrade} from './tunnel.ts'
import type {Upstream} from './upstream.ts'

/** One request of a client, from its head to the end of its answer, over all attempts to have it answered. */
export interface Exchange extends Account {
  readonly route: Route<Upstream>
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** set for a request to switch protocols */
  readonly upgrade: Upgrade | undefined
  readonly body: boolean
  /** what the application is asked for */
  readonly target: string
  /** what was taken off the client's path for that; mostly nothing */
  readonly prefix: string
  readonly clientAddress: string
  /** which portion the client belongs to, where there are several; see choose.ts */
  token: number | undefined
  tokenIsNew: boolean
  /** sent already: the first attempt goes on with it */
  carried: Carried | undefined
  /** attempts of which the upstream may have seen something */
  sends: number
  /** who closed a kept connection under it */
  lostKept: Upstream | undefined
  /** when the last one began, by performance.now() */
  sentMs: number
  /** epoch ms; 0 before it first had to wait */
  holdUntilMs: number
  /** the attempt under way */
  outgoing: ClientRequest | undefined
  /** sees the answer, for a copy of the request */
  observer: Observer | undefined
  stopWaiting: (() => void) | undefined
  /** closes both sides of a connection that has switched protocols */
  upgraded: (() => void) | undefined
  /** the upstream's answer has begun: no other can be given */
  answered: boolean
  /** the client is gone, or the answer was given by the proxy itself */
  over: boolean
}

export interface Upgrade {
  socket: Socket
  /** bytes of the new protocol that came with the head */
  head: Buffer
}

export interface ExchangeContext {
  holds: Holds
  hold: HoldLimits
  log: Log
  access: AccessLog
}

/** Answers the request on the route, sooner or later; `prefix` is taken off its path. */
export const beginExchange = (
  context: ExchangeContext,
  route: Route<Upstream>,
  request: IncomingMessage,
  answer: ServerResponse | Upgrade,
  prefix: string,
): void => {
  const exchange = newExchange(context, route, request, answer, prefix)
  if (exchange.carried === undefined) route.counters.requests++
  // A client may vanish between any two writes; `close` tells all there is to know.
  exchange.response.on('error', ignore)
  exchange.response.once('close', () => {
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
  const pool = choosePool(exchange.route, exchange)
  const {carried} = exchange
  exchange.carried = undefined
  const upstream = carried?.upstream ?? (pool && chooseLane(pool))
  if (upstream === undefined) return wait(context, exchange, pool)
  const inFlight: InFlight = carried?.inFlight ?? {cut: ignore}
  inFlight.cut = () => cut(context, exchange, upstream, carried !== undefined)
  if (carried === undefined) enterLane(upstream, inFlight)
  exchange.sends++
  exchange.upstream = upstream
  exchange.sentMs = carried?.sentMs ?? performance.now()
  if (exchange.route.mirror !== undefined) exchange.observer = observeForMirror(context, exchange, pool)
  let outgoing: ClientRequest
  try {
    outgoing = exchange.upgrade ? openUpgrade(exchange, upstream) : openRequest(exchange, upstream, carried)
  } catch (error) {
    // Node refuses to send what its own parser let in: nothing that an upstream should see.
    leaveLane(upstream, inFlight)
    return fail(context, exchange, upstream, error)
  }
  exchange.outgoing = outgoing
  outgoing.once('response', (incoming) => passResponse(exchange, upstream, outgoing, incoming))
  outgoing.on('error', (error) => failed(context, exchange, upstream, error))
  if (exchange.upgrade === undefined) outgoing.once('close', () => leaveLane(upstream, inFlight))
  else {
    passUpgrade(exchange, exchange.upgrade, upstream, outgoing, () => {
      leaveLane(upstream, inFlight)
      if (exchange.startMs > 0 && exchange.upgraded !== undefined) tellEnd(context.access, exchange)
    })
  }
  if (exchange.body) passBody(exchange, upstream, outgoing)
  else outgoing.end()
}

const failed = (
  context: ExchangeContext,
  exchange: Exchange,
  upstream: Upstream,
  error: NodeJS.ErrnoException,
): void => {
  // After the answer has begun, the end of its body tells (see pass.ts).
  if (exchange.over || exchange.answered) return
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') {
    // Nothing was sent, whatever the method.
    exchange.sends--
    if (!upstream.refused)
      context.log(`${upstream.target.release} of ${exchange.route.id} refuses connections: ${error.code}`)
    upstream.refused = true
    upstream.tally.failures++
    watchRefused(context.holds, exchange.route, upstream)
    // Waits, unless another of its release accepts, or another release has the traffic by now.
    return attempt(context, exchange)
  }
  if (exchange.outgoing?.reusedSocket && mayBeSentAgain(exchange)) {
    // That the application closes what has been idle for long is no failure: as if it had not been sent.
    exchange.lostKept = upstream
    upstream.tally.requests--
    return attempt(context, exchange)
  }
  upstream.tally.failures++
  // It closed the one before as well: both saw the same end of it.
  const most = exchange.lostKept === upstream ? 3 : 2
  if (exchange.sends < most && mayBeSentAgain(exchange)) return attemptLater(context, exchange)
  fail(context, exchange, upstream, error)
}

/** Who closed a new connection may be dying, and take connections to the last: it is not asked again before that has shown. */
const attemptLater = (context: ExchangeContext, exchange: Exchange): void => {
  const timer = setTimeout(() => attempt(context, exchange), lostRetryMs)
  exchange.stopWaiting = () => clearTimeout(timer)
}

const wait = (context: ExchangeContext, exchange: Exchange, pool: Pool<Upstream> | undefined): void => {
  const {route, request} = exchange
  const nowMs = Date.now()
  const sinceMs = performance.now()
  const {holdMs, holdPageMs} = context.hold
  if (exchange.holdUntilMs === 0) exchange.holdUntilMs = nowMs + (isNavigation(request) ? holdPageMs : holdMs)
  const waited = (): void => {
    exchange.heldMs += performance.now() - sinceMs
  }
  const giveUp = (): void => {
    exchange.over = true
    exchange.outcome = 'unavailable'
    route.counters.failed++
    answerUnavailable(request, exchange.response, route, pool?.lanes[0]?.target.release)
  }
  if (exchange.holdUntilMs <= nowMs) return giveUp()
  const leave = context.holds.wait(
    route,
    exchange.holdUntilMs - nowMs,
    () => {
      waited()
      attempt(context, exchange)
    },
    () => {
      waited()
      giveUp()
    },
  )
  if (leave === undefined) return giveUp()
  exchange.stopWaiting = () => {
    waited()
    leave()
  }
  for (const upstream of pool?.lanes ?? []) watchRefused(context.holds, route, upstream)
}

const fail = (context: ExchangeContext, exchange: Exchange, upstream: Upstream, error: unknown): void => {
  const {route, request, response} = exchange
  const {release} = upstream.target
  const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
  context.log(`${release} of ${route.id} gave no answer to a ${request.method}: ${reason}`)
  exchange.over = true
  exchange.outcome = 'failed'
  route.counters.failed++
  answerBadGateway(request, response, route, release, `${release} closed the connection without an answer (${reason}).`)
}

/** The drain's deadline, or the release is removed. */
const cut = (context: ExchangeContext, exchange: Exchange, upstream: Upstream, sent: boolean): void => {
  const {route, request, response, outgoing} = exchange
  if (exchange.upgraded !== undefined) {
    exchange.outcome = 'cut'
    return exchange.upgraded()
  }
  if (outgoing && !sent && stillConnects(exchange, outgoing) && !lanesWithPart(route).includes(upstream)) {
    // Nothing was sent: a container that is gone with its network neither takes the connection nor refuses it.
    exchange.sends--
    outgoing.removeAllListeners('error').on('error', ignore).destroy()
    return attempt(context, exchange)
  }
  outgoing?.destroy()
  if (exchange.over) return
  exchange.over = true
  exchange.outcome = 'cut'
  route.counters.failed++
  if (exchange.answered) response.destroy()
  else answerCut(request, response, route, upstream.target.release)
}

const stillConnects = ({over, body, upgrade}: Exchange, {socket}: ClientRequest): boolean =>
  !over && !body && upgrade === undefined && socket?.connecting !== false
