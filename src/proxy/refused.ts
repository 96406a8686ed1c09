import type {Holds} from './hold.ts'
import {refusedRetryMs} from './limits.ts'
import {lanesWithPart} from './routes.ts'
import type {Route} from './routes.ts'
import {connectUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** A browser that was given the page of the hold asks for its stream a moment later. */
const unwantedLooks = 10

const watched = new WeakSet<Upstream>()

/**
 * Looks whether an upstream that refused accepts again: one looker instead of all requests that wait for it. Where its release has no
 * other, and nobody has waited for a second, the next request looks for itself.
 */
export const watchRefused = (holds: Holds, route: Route<Upstream>, upstream: Upstream): void => {
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
    if (!lanes.includes(upstream) || (unwanted >= unwantedLooks && !others)) return done()
    const socket = connectUpstream(upstream.target.address)
    socket.once('connect', () => {
      socket.destroy()
      done()
    })
    socket.once('error', later)
  }
  // No reason for a process to stay.
  const later = (): void => void setTimeout(look, refusedRetryMs).unref()
  later()
}
