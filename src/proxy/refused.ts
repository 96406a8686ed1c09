import type {Holds} from './hold.ts'
import {refusedRetryMs} from './limits.ts'
import type {Route} from './routes.ts'
import {connectUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

const watched = new WeakSet<Upstream>()

/** Looks whether an upstream that refused accepts again, as long as requests wait for it: one looker instead of all of them. */
export const watchRefused = (holds: Holds, route: Route<Upstream>, upstream: Upstream): void => {
  if (watched.has(upstream)) return
  watched.add(upstream)
  const done = (): void => {
    watched.delete(upstream)
    upstream.refused = false
    if (route.live === upstream) holds.release(route)
  }
  const look = (): void => {
    if (route.live !== upstream || holds.count(route) === 0) return done()
    const socket = connectUpstream(upstream.target.address)
    socket.once('connect', () => {
      socket.destroy()
      done()
    })
    socket.once('error', later)
  }
  const later = (): void => void setTimeout(look, refusedRetryMs)
  later()
}
