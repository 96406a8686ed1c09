import type {Socket} from 'node:net'

import type {Holds} from './hold.ts'
import {lostStayMs, lostTrustMs, refusedRetryMs} from './limits.ts'
import {lanesWithPart} from './routes.ts'
import type {Route} from './routes.ts'
import {connectUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** A browser that was given the page of the hold asks for its stream a moment later. */
const unwantedLooks = 10

const watched = new WeakSet<Upstream>()
const trustedUntilMs = new WeakMap<Upstream, number>()

/**
 * Looks whether an upstream that refused accepts again: one looker instead of all requests that wait for it. Where its release has no
 * other, and nobody has waited for a second, the next request looks for itself.
 */
export const watchRefused = (holds: Holds, route: Route<Upstream>, upstream: Upstream): void =>
  watchUpstream(holds, route, upstream, 0)

/**
 * A new connection was closed without an answer: perhaps the request's own doing, perhaps the end of the upstream, where an engine's port
 * forwarder takes connections on behalf of nobody. Nothing goes there until a connection has stayed open; who has just shown that is trusted
 * for a while.
 */
export const watchLost = (holds: Holds, route: Route<Upstream>, upstream: Upstream): void => {
  if (performance.now() < (trustedUntilMs.get(upstream) ?? 0)) return
  upstream.refused = true
  watchUpstream(holds, route, upstream, lostStayMs)
}

/** It gets nothing, and is not looked at, until `lookAt`. */
export const holdBack = (upstream: Upstream): void => {
  upstream.refused = true
  watched.add(upstream)
}

export const lookAt = (holds: Holds, route: Route<Upstream>, upstream: Upstream): void => {
  watched.delete(upstream)
  watchUpstream(holds, route, upstream, 0, 0)
}

const watchUpstream = (
  holds: Holds,
  route: Route<Upstream>,
  upstream: Upstream,
  stayMs: number,
  firstMs = refusedRetryMs,
): void => {
  if (watched.has(upstream)) return
  watched.add(upstream)
  const done = (): void => {
    watched.delete(upstream)
    upstream.refused = false
    holds.release(route)
  }
  let unwanted = 0
  const look = (): void => {
    unwanted = holds.isWanted(route) ? 0 : unwanted + 1
    const lanes = lanesWithPart(route)
    const others = lanes.some(({target, refused}) => target.release === upstream.target.release && !refused)
    // The next request is no looker where what it meets there might be the end of it.
    const needed = stayMs > 0 || others || unwanted < unwantedLooks
    if (!needed || !lanes.includes(upstream)) return done()
    const socket = connectUpstream(upstream.target.address)
    socket.once('error', later)
    socket.once('connect', () => {
      socket.off('error', later)
      stays(socket, stayMs, (stayed) => {
        if (!stayed) return later()
        if (stayMs > 0) trustedUntilMs.set(upstream, performance.now() + lostTrustMs)
        return done()
      })
    })
  }
  // No reason for a process to stay.
  const later = (): void => void setTimeout(look, refusedRetryMs).unref()
  setTimeout(look, firstMs).unref()
}

/** Whether the other side leaves the connection open for so long. */
const stays = (socket: Socket, ms: number, tell: (stayed: boolean) => void): void => {
  socket.on('error', () => undefined).resume()
  const timer = setTimeout(() => {
    socket.off('close', onClose).destroy()
    tell(true)
  }, ms)
  const onClose = (): void => {
    clearTimeout(timer)
    tell(false)
  }
  socket.once('close', onClose)
}
