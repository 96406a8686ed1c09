import {randomUUID} from 'node:crypto'

import type {Portion} from '../../lifecycle/ports.ts'
import type {AppId} from '../../release/identity.ts'
import type {Holds} from '../hold.ts'
import type {Log} from '../log.ts'
import {routeId, type Route, type RouteTable} from '../routes.ts'
import {restRoute, splitRoute} from '../split.ts'
import {openUpstream, type Upstream} from '../upstream.ts'

interface Context {
  holds: Pick<Holds, 'count'>
  log: Log
  wake(route: Route): void
}

/**
 * Of a proxy that lost its state: these had the traffic of an app when it was put to rest, and the next request wakes it. In one step, so
 * that none is sent where nothing runs. False where it is not routed; GENERATION_STALE where something newer is live already.
 */
export type FoundAsleep = (app: AppId, targets: Portion['targets']) => Promise<boolean>

/** `changed`: resolves when it is kept. */
export const createFoundAsleep =
  (table: RouteTable<Upstream>, context: Context, changed: () => Promise<void>): FoundAsleep =>
  async (app, targets) => {
    const route = table.byId.get(routeId(app))
    if (route === undefined) return false
    splitRoute(route, {portions: [{targets, weight: 1}], mirror: undefined}, randomUUID(), openUpstream, 'above')
    restRoute(route)
    context.log(`found ${route.id} asleep`)
    // Who came while the route was there and nobody knew whose it is.
    if (context.holds.count(route) > 0) context.wake(route)
    await changed()
    return true
  }
