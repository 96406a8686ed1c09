import {ImmError} from '../errors.ts'
import type {Announcement, RouteRequest, Target} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import {hostName} from './hosts.ts'
import type {InFlight, Lane} from './lane.ts'

/** One app's traffic. Mutable: flips and counters happen in place, in one synchronous step each. */
export interface Route<L extends Lane = Lane> {
  readonly id: string
  request: RouteRequest
  /** the highest generation that ever had the traffic: the fence */
  generation: number
  /** names the last flip, so that the same flip asked twice is one */
  attempt: string | undefined
  live: L | undefined
  /** newest first */
  previous: L[]
  announcement: Announcement | undefined
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
  table.byId.set(id, route)
  for (const host of route.request.hosts) table.byHost.set(host, route)
  if (request.port !== undefined) table.byPort.set(request.port, route)
  return route
}

export const closeRoute = <L extends Lane>(table: RouteTable<L>, route: Route<L>): void => {
  table.byId.delete(route.id)
  unlist(table, route)
}

/**
 * Gives all requests from now on to the lane. Synchronous, so that no request sees half of it. After a suspension the same generation
 * is welcome: the dead one's replacement.
 */
export const flipRoute = <L extends Lane>(route: Route<L>, lane: L, attempt: string): Target | undefined => {
  const fence = route.live === undefined ? route.generation : route.generation + 1
  if (lane.target.generation < fence)
    throw new ImmError(
      'GENERATION_STALE',
      `generation ${lane.target.generation} (${lane.target.release}) is not above ${route.generation}, which ${route.id} has already`,
    )
  const before = route.live
  route.live = lane
  route.generation = lane.target.generation
  route.attempt = attempt
  if (before !== undefined) route.previous.unshift(before)
  return before?.target
}

/** Takes the traffic away from a generation: requests wait for the next flip. False where it is not live (any more). */
export const suspendRoute = (route: Route, generation: number): boolean => {
  if (route.live?.target.generation !== generation) return false
  route.previous.unshift(route.live)
  route.live = undefined
  return true
}

/** Drops the lanes of a target that no longer has the traffic and returns them, to be torn down. */
export const forgetTarget = <L extends Lane>(route: Route<L>, target: Target): readonly L[] => {
  const isLive = route.live?.target.instance === target.instance
  const gone = (lane: L): boolean =>
    lane.target.instance === target.instance && (!isLive || lane.target.generation === target.generation)
  const dropped = route.previous.filter(gone)
  route.previous = route.previous.filter((lane) => !gone(lane))
  return dropped
}

/** The lane that took or takes the traffic as this target. */
export const laneOf = <L extends Lane>(route: Route<L>, {generation, instance}: Target): L | undefined =>
  [route.live, ...route.previous].find(
    (lane) => lane?.target.generation === generation && lane.target.instance === instance,
  )

/** Previous targets for people and for rollback: one entry per instance, none for the one that is live again. */
export const previousTargets = (route: Route): readonly Target[] => {
  const seen = new Set([route.live?.target.instance])
  return route.previous
    .map(({target}) => target)
    .filter(({instance}) => !seen.has(instance) && Boolean(seen.add(instance)))
}

/**
 * Chooses the live target and counts the request in: one synchronous step, so that no flip and no drain can come between the two.
 * Undefined while nothing is live.
 */
export const enterLive = <L extends Lane>(route: Route<L>, exchange: InFlight): L | undefined => {
  route.live?.inFlight.add(exchange)
  return route.live
}

const newRoute = <L extends Lane>(id: string, request: RouteRequest): Route<L> => ({
  id,
  request,
  generation: 0,
  attempt: undefined,
  live: undefined,
  previous: [],
  announcement: undefined,
  counters: {requests: 0, failed: 0},
})

const unlist = <L extends Lane>(table: RouteTable<L>, route: Route<L>): void => {
  for (const host of route.request.hosts) if (table.byHost.get(host) === route) table.byHost.delete(host)
  if (route.request.port !== undefined && table.byPort.get(route.request.port) === route)
    table.byPort.delete(route.request.port)
}
