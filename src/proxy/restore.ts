import type {Target} from '../lifecycle/ports.ts'
import {doorKey} from './doors/doorway.ts'
import {openRoute} from './routes.ts'
import type {Pool, RouteTable} from './routes.ts'
import {tallyFor} from './split.ts'
import type {SavedPool, SavedRoute} from './state-file.ts'
import {openUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** A route as it was before the process ended; what was counted is not kept. */
export const restoreRoute = (table: RouteTable<Upstream>, saved: SavedRoute): void => {
  const {generation, attempt, displaced, portions, mirror, previous} = saved
  const route = openRoute(table, saved.request)
  for (const way of route.doors) way.port = saved.doorPorts?.[doorKey(way.door)] ?? way.port
  const open = (target: Target): Upstream => openUpstream(target, tallyFor(route, target.release))
  const poolOf = ({release, targets, weight}: SavedPool): Pool<Upstream> => ({
    release,
    lanes: targets.map(open),
    weight,
    turn: 0,
  })
  // The oldest first, since counts are given in the order in which the releases came.
  route.previous = previous.toReversed().map(open).toReversed()
  route.pools = portions.map(poolOf)
  route.mirror = mirror && poolOf(mirror)
  Object.assign(route, {generation, attempt, displaced, asleep: saved.asleep ?? false})
}
