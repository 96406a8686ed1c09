import type {Socket} from 'node:net'

import {chooseLane, choosePool} from '../choose.ts'
import type {Asking} from '../choose.ts'
import type {ExchangeContext} from '../exchange-context.ts'
import {passOn} from '../handover/pass-on.ts'
import {enterLane, leaveLane} from '../lane.ts'
import type {InFlight} from '../lane.ts'
import {heldConnectionBytes, otherPortMs, refusedRetryMs, tcpKeepAliveMs} from '../limits.ts'
import {goesOn} from '../long-lived.ts'
import {watchRefused} from '../refused.ts'
import {lanesWithPart} from '../routes.ts'
import type {Pool, Route} from '../routes.ts'
import {tellTrouble} from '../trouble.ts'
import {joinSockets} from '../tunnel.ts'
import {connectUpstream} from '../upstream.ts'
import type {Upstream} from '../upstream.ts'
import type {Doorway} from './doorway.ts'
import {addressOf} from './reach.ts'

/** One connection of a client, over all attempts to have it taken. */
interface Passage {
  readonly way: Doorway
  readonly route: Route<Upstream>
  readonly client: Socket
  readonly asking: Asking
  /** by performance.now() */
  readonly sinceMs: number
  /** ends the wait, or the attempt under way */
  stop: () => void
}

/** Joins the client to the release that is live now, or as soon as one is. */
export const passConnection = (context: ExchangeContext, way: Doorway, client: Socket): void => {
  const route = way.route as Route<Upstream>
  const passage: Passage = {
    way,
    route,
    client,
    asking: {request: {headers: {}}, token: undefined, tokenIsNew: false},
    sinceMs: performance.now(),
    stop: ignore,
  }
  route.counters.requests++
  client.on('error', ignore).once('close', () => passage.stop())
  client.setKeepAlive(true, tcpKeepAliveMs)
  attempt(context, passage)
}

const ignore = (): void => undefined

const attempt = (context: ExchangeContext, passage: Passage): void => {
  const {way, route, client, asking} = passage
  passage.stop = ignore
  if (client.destroyed) return
  if (context.relay !== undefined) return passOn(client, nothing)
  const pool = choosePool(route, asking)
  const upstream = pool && chooseLane(pool)
  if (upstream === undefined) return wait(context, passage, pool)
  const address = addressOf(upstream.target, way.door.to)
  if (address === undefined) return giveUp(passage)
  const socket = connectUpstream({...address, allowHalfOpen: true, noDelay: true})
  const inFlight: InFlight = {cut: ignore}
  enterLane(upstream, inFlight)
  const leave = (): void => leaveLane(upstream, inFlight)
  const again = (): void => {
    upstream.tally.requests--
    leave()
    attempt(context, passage)
  }
  inFlight.cut = () => {
    socket.off('error', refused).on('error', ignore).destroy()
    // Nothing was passed: as if it came only now.
    if (!lanesWithPart(route).includes(upstream)) return again()
    leave()
    giveUp(passage)
  }
  passage.stop = () => {
    socket.off('error', refused).on('error', ignore).destroy()
    leave()
  }
  const refused = (error: NodeJS.ErrnoException): void => {
    upstream.tally.failures++
    if (address !== upstream.target.address) return retry(context, passage, leave)
    if (!upstream.refused)
      context.log(`${upstream.target.release} of ${route.id} refuses connections: ${error.code ?? error.message}`)
    upstream.refused = true
    tellTrouble(context, route, upstream, 'refused')
    watchRefused(context.holds, route, upstream)
    again()
  }
  socket.once('error', refused)
  socket.once('connect', () => {
    socket.off('error', refused)
    passage.stop = ignore
    socket.setKeepAlive(true, tcpKeepAliveMs)
    join(passage, upstream, inFlight, socket)
  })
}

const nothing = Buffer.alloc(0)

const join = ({client}: Passage, upstream: Upstream, inFlight: InFlight, socket: Socket): void => {
  const {tally} = upstream
  let open = 2
  const closed = (): void => {
    if (--open > 0) return
    tally.bytesIn += socket.bytesWritten
    tally.bytesOut += socket.bytesRead
    leaveLane(upstream, inFlight)
  }
  client.once('close', closed)
  socket.once('close', closed)
  const joined = joinSockets(client, socket, true)
  inFlight.cut = () => joined.cut()
  goesOn(upstream, inFlight, joined)
}

/** Nothing says that an application listens on its other ports as soon as on its own. */
const retry = (context: ExchangeContext, passage: Passage, leave: () => void): void => {
  leave()
  if (performance.now() - passage.sinceMs > otherPortMs) return giveUp(passage)
  const timer = setTimeout(() => attempt(context, passage), refusedRetryMs)
  passage.stop = () => clearTimeout(timer)
}

const wait = (context: ExchangeContext, passage: Passage, pool: Pool<Upstream> | undefined): void => {
  const {route, client, sinceMs} = passage
  const leftMs = context.hold.holdMs - (performance.now() - sinceMs)
  if (leftMs <= 0) return giveUp(passage)
  // Reads ahead, so that it shows when the client is gone.
  client.on('readable', readAhead)
  const leave = context.holds.wait(
    route,
    heldConnectionBytes,
    leftMs,
    () => {
      client.off('readable', readAhead)
      attempt(context, passage)
    },
    () => giveUp(passage),
  )
  if (leave === undefined) return giveUp(passage)
  if (route.asleep) context.wake(route)
  passage.stop = leave
  for (const upstream of pool?.lanes ?? []) watchRefused(context.holds, route, upstream)
}

const readAhead = (): void => undefined

const giveUp = ({route, client}: Passage): void => {
  route.counters.failed++
  client.resetAndDestroy()
}
