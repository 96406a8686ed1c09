import {ImmError} from '../errors.ts'
import type {Split, Target} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import type {ExchangeContext} from './exchange-context.ts'
import {vouchFor} from './restored.ts'
import {routeId} from './routes.ts'
import type {Route, RouteTable} from './routes.ts'
import {splitText} from './split-text.ts'
import {flipRoute, refuseStale, splitRoute} from './split.ts'
import type {Fence} from './split.ts'
import {inNewSet} from './together/group.ts'
import {openUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

export interface Flip {
  target: Target
  /** the same text: the same flip, asked again because its answer was lost */
  attempt: string
}

export interface SplitRequest {
  split: Split
  attempt: string
  fence: Fence
}

export interface SplitTogether {
  parts: readonly {app: AppId; split: Split}[]
  attempt: string
}

/** Who gets the traffic: each is one synchronous step, and on disk when it resolves. Undefined: not routed. */
export interface Changes {
  flip(app: AppId, flip: Flip): Promise<{previous: Target | undefined; flipMs: number} | undefined>
  split(app: AppId, request: SplitRequest): Promise<{previous: readonly Target[]; flipMs: number} | undefined>
  /** Several routes in one step, all or none. */
  splitTogether(request: SplitTogether): Promise<{previous: readonly (readonly Target[])[]; flipMs: number}>
}

/** `changed`: resolves when the change of these routes is kept. */
export const createChanges = (
  table: RouteTable<Upstream>,
  context: Pick<ExchangeContext, 'holds' | 'log'>,
  changed: (routes: readonly Route[]) => Promise<void>,
): Changes => {
  /** Makes the change, unless it was made already. */
  const once = async (
    routes: readonly Route<Upstream>[],
    attempt: string,
    change: () => string,
  ): Promise<{previous: readonly (readonly Target[])[]; flipMs: number}> => {
    let flipMs = 0
    if (routes.some((route) => route.attempt !== attempt)) {
      const startMs = performance.now()
      const said = inNewSet(routes, change)
      flipMs = performance.now() - startMs
      for (const route of routes) {
        route.announcement = undefined
        context.holds.release(route)
      }
      context.log(said)
    }
    const previous = routes.map(({displaced}) => displaced)
    await changed(routes)
    return {previous, flipMs}
  }
  return {
    async flip(app, {target, attempt}) {
      const route = table.byId.get(routeId(app))
      if (route === undefined) return undefined
      const {previous, flipMs} = await once([route], attempt, () => {
        const before = flipRoute(route, target, attempt, openUpstream)
        return `flipped ${route.id} from ${before?.release ?? 'nothing'} to ${target.release}, generation ${target.generation}`
      })
      return {previous: previous[0]?.[0], flipMs}
    },
    async split(app, {split, attempt, fence}) {
      const route = table.byId.get(routeId(app))
      if (route === undefined) return undefined
      if (fence === 'above') vouchFor(context.holds, route, split)
      const {previous, flipMs} = await once([route], attempt, () => {
        splitRoute(route, split, attempt, openUpstream, fence)
        return `split ${splitSaid(route, split)}`
      })
      return {previous: previous[0] ?? [], flipMs}
    },
    async splitTogether({parts, attempt}) {
      const routed = parts.map(({app, split}) => ({route: routeOf(table, app), split}))
      return once(
        routed.map(({route}) => route),
        attempt,
        () => {
          for (const {route, split} of routed) refuseStale(route, split, 'same')
          for (const {route, split} of routed) splitRoute(route, split, attempt, openUpstream)
          return `split together ${routed.map(({route, split}) => splitSaid(route, split)).join('; ')}`
        },
      )
    },
  }
}

const splitSaid = (route: Route, split: Split): string =>
  `${route.id}: ${splitText(split)}, generation ${route.generation}`

const routeOf = (table: RouteTable<Upstream>, app: AppId): Route<Upstream> => {
  const route = table.byId.get(routeId(app))
  if (route === undefined) throw new ImmError('NOTHING_LIVE', `${routeId(app)} is not routed`)
  return route
}
