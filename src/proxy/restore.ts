import {openRoute} from './routes.ts'
import type {RouteTable} from './routes.ts'
import type {SavedRoute} from './state-file.ts'
import {openUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** A route as it was before the process ended. */
export const restoreRoute = (table: RouteTable<Upstream>, saved: SavedRoute): void => {
  const {generation, attempt, live, previous} = saved
  Object.assign(openRoute(table, saved.request), {
    generation,
    attempt,
    live: live && openUpstream(live),
    previous: previous.map(openUpstream),
  })
}
