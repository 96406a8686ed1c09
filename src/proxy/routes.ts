import {ImmError} from '../errors.ts'
import type {Announcement, RouteRequest, Target} from '../lifecycle/ports.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {nextToken} from './affinity.ts'
import {hostName} from './hosts.ts'
import type {Lane} from './lane.ts'
import type {Tally} from './tally.ts'

/** One release's lanes, and how much of the traffic is theirs. */
export interface Pool<L extends Lane = Lane> {
  readonly release: ReleaseName
  /** none once all have died */
  readonly lanes: readonly L[]
  /** 0 to 1; of a mirror: the share of requests that are copied */
  readonly weight: number
  /** where the search for the least busy lane begins, so that idle ones take turns */
  turn: number
}

/** One app's traffic. Mutable: splits and counters happen in place, in one synchronous step each. */
export interface Route<L extends Lane = Lane> {
  readonly id: string
  request: RouteRequest
  /** of what is live, or was last: the fence */
  generation: number
  /** names the last split, so that the same split asked twice is one */
  attempt: string | undefined
  /** what the last split took the traffic from: its answer, should it be asked again */
  displaced: readonly Target[]
  /** the live release first; empty while nothing is live */
  pools: readonly Pool<L>[]
  mirror: Pool<L> | undefined
  /** newest first */
  previous: L[]
  /** of the releases above, in the order in which they came */
  readonly tallies: Map<ReleaseName, Tally>
  /** the last one that a client was given */
  token: number
  /** part of a request that is due to be copied: at 1 the next one is */
  copyDue: number
  /** copies under way */
  copies: number
  announcement: Announcement | undefined
  /** when the stage announced began, by performance.now() */
  stageSinceMs: number
  /** why the last page that should have had the tag of reload/ could not: said once */
  notReloaded: string | undefined
  /** nothing is done to a request or an answer beyond passing it on: it may go the short way */
  plain: boolean
  readonly counters: {requests: number; failed: number}
}

export interface RouteTable<L extends Lane = Lane> {
  readonly byId: Map<string, Route<L>>
  readonly byHost: Map<string, Route<L>>
  readonly byPort: Map<number, Route<L>>
}

export const routeTable = <L extends Lane>(): RouteTable<L> => ({
  byId: new Map(),
  byHost: new Map(),
  byPort: new Map(),
})

export const routeId = ({project, environment, app}: AppId): string => `${project}/${environment}/${app}`

/** The route of a Host header. */
export const routeOfHost = <L extends Lane>(table: RouteTable<L>, header: string): Route<L> | undefined =>
  // Nearly every header is already as routes are keyed, or that with a port: try without the work first.
  table.byHost.get(header) ?? table.byHost.get(hostName(header))

/** Adds or changes a route; what it had, it keeps. A host named by two routes belongs to the one opened last. */
export const openRoute = <L extends Lane>(table: RouteTable<L>, request: RouteRequest): Route<L> => {
  const id = routeId(request)
  const owner = request.port === undefined ? undefined : table.byPort.get(request.port)
  if (owner !== undefined && owner.id !== id)
    throw new ImmError('PORT_IN_USE', `port ${request.port} is the port of ${owner.id}`, {
      next: `Choose another port, or run \`imm down\` for ${owner.id}.`,
    })
  const route = table.byId.get(id) ?? newRoute<L>(id, request)
  unlist(table, route)
  route.request = {...request, hosts: request.hosts.map(hostName)}
  route.plain = request.reload !== true && request.closes?.includes('events') !== true
  table.byId.set(id, route)
  for (const host of route.request.hosts) table.byHost.set(host, route)
  if (request.port !== undefined) table.byPort.set(request.port, route)
  return route
}

export const closeRoute = <L extends Lane>(table: RouteTable<L>, route: Route<L>): void => {
  table.byId.delete(route.id)
  unlist(table, route)
}

/** The lane that stands for what is live. */
export const liveLane = <L extends Lane>(route: Route<L>): L | undefined => route.pools[0]?.lanes[0]

/** All lanes that get requests or copies of them. */
export const lanesWithPart = <L extends Lane>({pools, mirror}: Route<L>): L[] =>
  [...pools, ...(mirror === undefined ? [] : [mirror])].flatMap(({lanes}) => lanes)

export const lanesOf = <L extends Lane>(route: Route<L>): L[] => [...lanesWithPart(route), ...route.previous]

/** Previous targets for people and for rollback: one entry per instance, none for one that has a part again. */
export const previousTargets = (route: Route): readonly Target[] => {
  const seen = new Set(lanesWithPart(route).map(({target}) => target.instance))
  return route.previous
    .map(({target}) => target)
    .filter(({instance}) => !seen.has(instance) && Boolean(seen.add(instance)))
}

const newRoute = <L extends Lane>(id: string, request: RouteRequest): Route<L> => ({
  id,
  request,
  generation: 0,
  attempt: undefined,
  displaced: [],
  pools: [],
  mirror: undefined,
  previous: [],
  tallies: new Map(),
  // Clients of another run of the proxy have other tokens.
  token: nextToken(Math.random()),
  copyDue: 0,
  copies: 0,
  announcement: undefined,
  stageSinceMs: 0,
  notReloaded: undefined,
  plain: true,
  counters: {requests: 0, failed: 0},
})

const unlist = <L extends Lane>(table: RouteTable<L>, route: Route<L>): void => {
  for (const host of route.request.hosts) if (table.byHost.get(host) === route) table.byHost.delete(host)
  if (route.request.port !== undefined && table.byPort.get(route.request.port) === route)
    table.byPort.delete(route.request.port)
}
