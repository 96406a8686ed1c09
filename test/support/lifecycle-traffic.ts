import {ImmError} from '../../src/errors.ts'
import type {Announcement, RouteState, Target, Traffic} from '../../src/lifecycle/ports.ts'
import {drainLane} from '../../src/proxy/drain.ts'
import {leaveLane, type InFlight, type Lane} from '../../src/proxy/lane.ts'
import {
  closeRoute,
  enterLive,
  flipRoute,
  forgetTarget,
  laneOf,
  openRoute,
  previousTargets,
  routeId,
  routeTable,
  suspendRoute,
} from '../../src/proxy/routes.ts'
import type {AppId} from '../../src/release/identity.ts'

/** A request that goes on until the test ends it, or a drain cuts it. */
export interface SlowRequest {
  readonly release: string
  end(): void
  readonly wasCut: boolean
}

/** The proxy's own routes and drains without its sockets: outlives every imm, as the proxy does. */
export interface MemoryTraffic extends Traffic {
  readonly flips: readonly Target[]
  readonly announcements: readonly Announcement[]
  /** The route now; undefined where none is open. */
  readonly route: RouteState | undefined
  /** Begins a request on the live release. */
  begin(): SlowRequest
}

export const memoryTraffic = (id: AppId): MemoryTraffic => {
  const table = routeTable()
  const flips: Target[] = []
  const announcements: Announcement[] = []
  const request = {...id, hosts: ['shop.localhost'], port: undefined}
  const current = () => table.byId.get(routeId(id))
  const stateOf = (): RouteState | undefined => {
    const route = current()
    return (
      route && {
        ...request,
        url: 'http://shop.localhost:7070',
        generation: route.generation,
        live: route.live?.target,
        previous: previousTargets(route),
      }
    )
  }
  return {
    flips,
    announcements,
    get route() {
      return stateOf()
    },
    begin() {
      let wasCut = false
      const exchange: InFlight = {cut: () => (wasCut = true)}
      const route = current()
      const lane = route && enterLive(route, exchange)
      if (!lane) throw new Error('nothing is live')
      return {
        release: lane.target.release,
        end: () => leaveLane(lane, exchange),
        get wasCut() {
          return wasCut
        },
      }
    },
    async open(signal) {
      signal.throwIfAborted()
      openRoute(table, request)
      return stateOf() as RouteState
    },
    state: async () => stateOf(),
    async flip(target) {
      const route = current()
      if (!route) throw new ImmError('NOTHING_LIVE', 'not routed')
      const lane: Lane = {target, inFlight: new Set(), onIdle: new Set()}
      const previous = flipRoute(route, lane, String(flips.length))
      flips.push(target)
      return {previous, flipMs: 0}
    },
    async drain(target, drainMs, signal) {
      const route = current()
      const lane = route && laneOf(route, target)
      return lane ? drainLane(lane, drainMs, signal) : {drainMs: 0, cut: 0}
    },
    async suspend(generation) {
      const route = current()
      if (route) suspendRoute(route, generation)
    },
    async announce(announcement) {
      announcements.push(announcement)
    },
    async forget(target) {
      const route = current()
      if (route) forgetTarget(route, target)
    },
    async close() {
      const route = current()
      if (route) closeRoute(table, route)
    },
  }
}
