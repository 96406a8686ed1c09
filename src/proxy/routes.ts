import {ImmError} from '../errors.ts'
import type {Announcement, HostPath, RouteRequest, Target} from '../lifecycle/ports.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {nextToken} from './affinity.ts'
import {withDomain} from './domain.ts'
import {setDoors} from './doors/doorway.ts'
import type {Doorway} from './doors/doorway.ts'
import {hostName} from './hosts.ts'
import type {Lane} from './lane.ts'
import {originOf, placeUnder} from './origin.ts'
import type {Origin, Place} from './origin.ts'
import {setRecorders} from './recording/recorder.ts'
import type {Recorder} from './recording/recorder.ts'
import type {Tally} from './tally.ts'
import {joinGroup} from './together/group.ts'
import type {Group, Groups} from './together/group.ts'

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
  /** all that it is reached under */
  places: readonly HostPath[]
  doors: readonly Doorway[]
  /** undefined: pages are not kept to a set of releases */
  group: Group | undefined
  /** of what is live, or was last: the fence */
  generation: number
  /** names the last split, so that the same split asked twice is one */
  attempt: string | undefined
  /** what the last split took the traffic from: its answer, should it be asked again */
  displaced: readonly Target[]
  /** the live release first; empty while nothing is live */
  pools: readonly Pool<L>[]
  mirror: Pool<L> | undefined
  /** put to rest: the next request wakes its environment */
  asleep: boolean
  /** that has been asked for */
  waking: boolean
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
  /** who keeps samples of what passes; undefined: nobody */
  recorders: readonly Recorder[] | undefined
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
  readonly byHost: Map<string, Origin<L>>
  readonly byPort: Map<number, Route<L>>
  readonly groups: Groups
  /** every route has a name below it as well */
  readonly domain: string | undefined
  readonly recorders: Set<Recorder>
}

export const routeTable = <L extends Lane>(domain?: string): RouteTable<L> => ({
  byId: new Map(),
  byHost: new Map(),
  byPort: new Map(),
  groups: new Map(),
  domain,
  recorders: new Set(),
})

export const routeId = ({project, environment, app}: AppId): string => `${project}/${environment}/${app}`

/** Where a request with this Host header and target belongs. One look into the map, unless a host is shared by path. */
export const placeOf = <L extends Lane>(table: RouteTable<L>, header: string, target: string): Place<L> | undefined => {
  // Nearly every header is already as routes are keyed, or that with a port: try without the work first.
  const origin = table.byHost.get(header) ?? table.byHost.get(hostName(header))
  return origin?.only ?? (origin && placeUnder(origin, target))
}

/** Whether something is under this name, whatever the path. */
export const knowsHost = (table: RouteTable, header: string): boolean => table.byHost.has(hostName(header))

/** Whether the route is reached under this name. */
export const hasName = ({places}: Route, header: string): boolean => places.some(({host}) => host === hostName(header))

/** Adds or changes a route; what it had, it keeps. ROUTE_TAKEN and PORT_IN_USE where another has the address: nothing is changed. */
export const openRoute = <L extends Lane>(table: RouteTable<L>, request: RouteRequest): Route<L> => {
  const id = routeId(request)
  const asked = {...request, hosts: request.hosts.map(hostName), routes: (request.routes ?? []).map(named)}
  if (asked.port !== undefined) refuseTaken(id, table.byPort.get(asked.port), 'PORT_IN_USE', `port ${asked.port}`)
  const places = withDomain(placesOf(asked), table.domain)
  for (const {host, path} of places) {
    const place = table.byHost.get(host)?.places.find((each) => each.path === path)
    refuseTaken(id, place?.route, 'ROUTE_TAKEN', path === '/' ? host : `${host}${path}`)
  }
  const route = table.byId.get(id) ?? newRoute<L>(id, asked)
  // Only who says so opens what asks for a login: a rollback, or an older imm, knows nothing of it.
  const login = asked.login ?? route.request.login
  unlist(table, route)
  route.request = login === undefined ? asked : {...asked, login}
  route.places = places
  setDoors(route, asked.doors ?? [])
  joinGroup(table.groups, route, asked)
  route.plain = request.reload !== true && request.closes?.includes('events') !== true
  table.byId.set(id, route)
  setRecorders(table, route)
  for (const {host, path, strip} of places) {
    const others = table.byHost.get(host)?.places.filter((place) => place.path !== path) ?? []
    table.byHost.set(host, originOf([...others, {route, path, strip: strip && path !== '/' ? path : ''}]))
  }
  if (asked.port !== undefined) table.byPort.set(asked.port, route)
  return route
}

export const closeRoute = <L extends Lane>(table: RouteTable<L>, route: Route<L>): void => {
  table.byId.delete(route.id)
  joinGroup(table.groups, route, undefined)
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
  places: [],
  doors: [],
  group: undefined,
  generation: 0,
  attempt: undefined,
  displaced: [],
  pools: [],
  mirror: undefined,
  asleep: false,
  waking: false,
  previous: [],
  tallies: new Map(),
  // Clients of another run of the proxy have other tokens.
  token: nextToken(Math.random()),
  copyDue: 0,
  copies: 0,
  recorders: undefined,
  announcement: undefined,
  stageSinceMs: 0,
  notReloaded: undefined,
  plain: true,
  counters: {requests: 0, failed: 0},
})

/** All that a route is reached under, but for a domain; of two with the same host and path the later counts. */
const placesOf = ({hosts, routes = []}: RouteRequest): readonly HostPath[] => [
  ...hosts.map((host) => ({host, path: '/', strip: false})),
  ...routes,
]

const named = (place: HostPath): HostPath => ({...place, host: hostName(place.host)})

const refuseTaken = (
  id: string,
  owner: Route | undefined,
  code: 'PORT_IN_USE' | 'ROUTE_TAKEN',
  address: string,
): void => {
  if (owner === undefined || owner.id === id) return
  const {project, environment} = owner.request
  throw new ImmError(code, `${address} belongs to ${owner.id}`, {
    next: `Choose another one, or run \`imm down --project ${project} --environment ${environment}\`.`,
  })
}

const unlist = <L extends Lane>(table: RouteTable<L>, route: Route<L>): void => {
  for (const {host} of route.places) {
    const others = table.byHost.get(host)?.places.filter((place) => place.route !== route) ?? []
    if (others.length === 0) table.byHost.delete(host)
    else table.byHost.set(host, originOf(others))
  }
  const {port} = route.request
  if (port !== undefined && table.byPort.get(port) === route) table.byPort.delete(port)
}
