import {answerBadGateway, answerCut, answerUnavailable, isNavigation} from './answers.ts'
import {chooseLane, choosePool} from './choose.ts'
import {isGrpc} from './h2/grpc.ts'
import {notHttp2, notProcessed} from './h2/send.ts'
import {hasBody, isIdempotent} from './headers.ts'
import type {Holds} from './hold.ts'
import {enterLane, leaveLane} from './lane.ts'
import type {InFlight} from './lane.ts'
import {lostRetryMs} from './limits.ts'
import type {HoldLimits} from './limits.ts'
import type {Log} from './log.ts'
import type {AnswerOut, RequestIn, RequestOut, Upgrade} from './message.ts'
import {observeForMirror} from './mirror.ts'
import type {Observer} from './mirror.ts'
import {passBody, passHints, passResponse} from './pass.ts'
import {watchRefused} from './refused.ts'
import {lanesWithPart} from './routes.ts'
import type {Pool, Route} from './routes.ts'
import {openRequest, openUpgrade} from './send.ts'
import {passUpgrade} from './tunnel.ts'
import {isUpgrade} from './upgrade.ts'
import type {Upstream} from './upstream.ts'

/** One request of a client, from its head to the end of its answer, over all attempts to have it answered. */
export interface Exchange {
  readonly route: Route<Upstream>
  readonly request: RequestIn
  readonly response: AnswerOut
  /** set for a request to switch protocols */
  readonly upgrade: Upgrade | undefined
  readonly body: boolean
  /** gRPC: goes to the upstream by HTTP/2 */
  readonly grpc: boolean
  /** some of the body was read: it can't be sent again */
  bodyBegun: boolean
  /** which portion the client belongs to, where there are several; see choose.ts */
  token: number | undefined
  tokenIsNew: boolean
  /** attempts of which the upstream may have seen something */
  sends: number
  /** who closed a kept connection under it */
  lostKept: Upstream | undefined
  /** when the last one began, by performance.now() */
  sentMs: number
  /** epoch ms; 0 before it first had to wait */
  holdUntilMs: number
  /** the attempt under way */
  outgoing: RequestOut | undefined
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

export interface ExchangeContext {
  holds: Holds
  hold: HoldLimits
  log: Log
}

/** Answers the request on the route, sooner or later. */
export const beginExchange = (
  context: ExchangeContext,
  route: Route<Upstream>,
  request: RequestIn,
  answer: AnswerOut | Upgrade,
): void => {
  const exchange: Exchange = {
    route,
    request,
    response: isUpgrade(answer) ? answer.response : answer,
    upgrade: isUpgrade(answer) ? answer : undefined,
    body: hasBody(request),
    grpc: request.httpVersion === '2.0' && isGrpc(request.headers),
    bodyBegun: false,
    token: undefined,
    tokenIsNew: false,
    sends: 0,
    lostKept: undefined,
    sentMs: 0,
    holdUntilMs: 0,
    outgoing: undefined,
    observer: undefined,
    stopWaiting: undefined,
    upgraded: undefined,
    answered: false,
    over: false,
  }
  route.counters.requests++
  // A client may vanish between any two writes; `close` tells all there is to know.
  exchange.response.on('error', ignore)
  exchange.response.once('close', () => {
    if (exchange.response.writableFinished) return
    exchange.over = true
    exchange.stopWaiting?.()
    exchange.outgoing?.destroy()
  })
  attempt(context, exchange)
}

const ignore = (): void => undefined

const attempt = (context: ExchangeContext, exchange: Exchange): void => {
  exchange.stopWaiting = undefined
  const pool = choosePool(exchange.route, exchange)
  const upstream = pool && chooseLane(pool)
  if (pool === undefined || upstream === undefined) return wait(context, exchange, pool)
  const inFlight: InFlight = {cut: () => cut(context, exchange, upstream)}
  enterLane(upstream, inFlight)
  exchange.sends++
  exchange.sentMs = performance.now()
  if (exchange.route.mirror !== undefined) exchange.observer = observeForMirror(context, exchange, pool)
  let outgoing: RequestOut
  try {
    outgoing = exchange.upgrade === undefined ? openRequest(exchange, upstream) : openUpgrade(exchange, upstream)
  } catch (error) {
    // Node refuses to send what its own parser let in: nothing that an upstream should see.
    leaveLane(upstream, inFlight)
    return fail(context, exchange, upstream, error)
  }
  exchange.outgoing = outgoing
  outgoing.once('response', (incoming) => passResponse(exchange, upstream, outgoing, incoming))
  outgoing.on('error', (error) => failed(context, exchange, upstream, error))
  outgoing.on('information', (information) => passHints(exchange, information))
  if (exchange.upgrade === undefined) outgoing.once('close', () => leaveLane(upstream, inFlight))
  else passUpgrade(exchange, exchange.upgrade, upstream, outgoing, () => leaveLane(upstream, inFlight))
  if (exchange.body) passBody(exchange, outgoing)
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
  if (error.code === notProcessed && exchange.sends < mostRefused && !exchange.bodyBegun) {
    upstream.tally.requests--
    return attemptLater(context, exchange)
  }
  if (exchange.outgoing?.reusedSocket && mayBeSentAgain(exchange)) {
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

/** RFC 9110 9.2.2. A body is read once, so that it can't be sent again. */
const mayBeSentAgain = (exchange: Exchange): boolean =>
  !exchange.body && exchange.upgrade === undefined && isIdempotent(exchange.request.method ?? '')

const wait = (context: ExchangeContext, exchange: Exchange, pool: Pool<Upstream> | undefined): void => {
  const {route, request} = exchange
  const nowMs = Date.now()
  const {holdMs, holdPageMs} = context.hold
  if (exchange.holdUntilMs === 0) exchange.holdUntilMs = nowMs + (isNavigation(request) ? holdPageMs : holdMs)
  const giveUp = (): void => {
    exchange.over = true
    route.counters.failed++
    answerUnavailable(request, exchange.response, route, pool?.lanes[0]?.target.release)
  }
  if (exchange.holdUntilMs <= nowMs) return giveUp()
  exchange.stopWaiting = context.holds.wait(
    route,
    exchange.holdUntilMs - nowMs,
    () => attempt(context, exchange),
    giveUp,
  )
  if (exchange.stopWaiting === undefined) return giveUp()
  for (const upstream of pool?.lanes ?? []) watchRefused(context.holds, route, upstream)
}

const fail = (context: ExchangeContext, exchange: Exchange, upstream: Upstream, error: unknown): void => {
  const {route, request, response} = exchange
  const {release} = upstream.target
  const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
  context.log(`${release} of ${route.id} gave no answer to a ${request.method}: ${reason}`)
  exchange.over = true
  route.counters.failed++
  const said =
    reason === notHttp2
      ? 'does not speak HTTP/2 without TLS (h2c)'
      : `closed the connection without an answer (${reason})`
  answerBadGateway(request, response, route, release, `${release} ${said}.`)
}

/** The drain's deadline, or the release is removed. */
const cut = (context: ExchangeContext, exchange: Exchange, upstream: Upstream): void => {
  const {route, request, response, outgoing} = exchange
  if (exchange.upgraded !== undefined) return exchange.upgraded()
  if (outgoing && stillConnects(exchange, outgoing) && !lanesWithPart(route).includes(upstream)) {
    // Nothing was sent: a container that is gone with its network neither takes the connection nor refuses it.
    exchange.sends--
    outgoing.removeAllListeners('error').on('error', ignore).destroy()
    return attempt(context, exchange)
  }
  outgoing?.destroy()
  if (exchange.over) return
  exchange.over = true
  route.counters.failed++
  if (exchange.answered) response.destroy()
  else answerCut(request, response, route, upstream.target.release)
}

const stillConnects = ({over, body, upgrade}: Exchange, {socket}: RequestOut): boolean =>
  !over && !body && upgrade === undefined && socket?.connecting !== false
