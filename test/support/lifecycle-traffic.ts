import {ImmError} from '../../src/errors.ts'
import type {
  Announcement,
  ReleaseCounts,
  RouteState,
  Split,
  Target,
  Traffic,
  Trouble,
} from '../../src/lifecycle/ports.ts'
import {chooseLane, choosePool, type Asking} from '../../src/proxy/choose.ts'
import {drainLane} from '../../src/proxy/drain.ts'
import {enterLane, leaveLane, newLane, type InFlight} from '../../src/proxy/lane.ts'
import {countsOf, stateOf} from '../../src/proxy/route-state.ts'
import {closeRoute, openRoute, routeId, routeTable} from '../../src/proxy/routes.ts'
import {flipRoute, forgetTarget, laneOf, splitRoute, suspendRoute, tallyFor} from '../../src/proxy/split.ts'
import {countAnswer} from '../../src/proxy/tally.ts'
import type {AppId} from '../../src/release/identity.ts'
import {EventQueue} from './memory-engine/event-queue.ts'

/** A request that goes on until the test ends it, or a drain cuts it. */
export interface SlowRequest {
  readonly release: string
  readonly instance: string
  /** what keeps its client with its portion, where there are several */
  readonly token: number | undefined
  end(): void
  readonly wasCut: boolean
}

export interface BeginOptions {
  /** of a client that was given one */
  token?: number
  /** the header `x-imm-release` */
  release?: string
}

/** Requests of a release that are over. */
export interface Served {
  requests: number
  serverErrors?: number
  failures?: number
  /** how long each took to its first byte */
  ms?: number
}

/** The proxy's own routes, splits and drains without its sockets: outlives every imm, as the proxy does. */
export interface MemoryTraffic extends Traffic {
  /** who took over the traffic, one after the other */
  readonly flips: readonly Target[]
  /** all that were asked for, also those that a flip would have done */
  readonly splits: readonly Split[]
  readonly announcements: readonly Announcement[]
  /** The route now; undefined where none is open. */
  readonly route: RouteState | undefined
  /** Begins a request, by default of a new client. */
  begin(options?: BeginOptions): SlowRequest
  /** Adds to what is counted of the release of a target. */
  serve(target: Pick<Target, 'release'>, served: Served): void
  /** Compares so many copies of requests with what the candidate answered. */
  compare(target: Pick<Target, 'release'>, copies: {requests: number; differing: number}): void
  /** A request meets this of a target. */
  meet(target: Pick<Target, 'release' | 'instance'>, kind: Trouble['kind']): void
}

const port = 7070

export const memoryTraffic = (id: AppId): MemoryTraffic => {
  const table = routeTable()
  const flips: Target[] = []
  const splits: Split[] = []
  const announcements: Announcement[] = []
  const watching = new Set<EventQueue<Trouble>>()
  const request = {...id, hosts: ['shop.localhost'], port: undefined}
  const current = () => table.byId.get(routeId(id))
  const routed = () => {
    const route = current()
    if (!route) throw new ImmError('NOTHING_LIVE', 'not routed')
    return route
  }
  const state = (): RouteState | undefined => {
    const route = current()
    return route && stateOf(route, {http: port, https: undefined})
  }
  const attempt = () => String(flips.length + splits.length)
  return {
    flips,
    splits,
    announcements,
    get route() {
      return state()
    },
    begin({token, release} = {}) {
      let wasCut = false
      const exchange: InFlight = {cut: () => (wasCut = true)}
      const route = current()
      const headers = release === undefined ? {} : {'x-imm-release': release}
      const asking: Asking = {request: {headers}, token, tokenIsNew: false}
      const pool = route && choosePool(route, asking)
      const lane = pool && chooseLane(pool)
      if (!lane) throw new Error('nothing is live')
      enterLane(lane, exchange)
      return {
        release: lane.target.release,
        instance: lane.target.instance,
        token: asking.token,
        end: () => leaveLane(lane, exchange),
        get wasCut() {
          return wasCut
        },
      }
    },
    serve({release}, {requests, serverErrors = 0, failures = 0, ms = 1}) {
      const tally = tallyFor(routed(), release)
      tally.requests += requests
      tally.failures += failures
      for (let index = 0; index < requests - failures; index++) countAnswer(tally, index < serverErrors ? 500 : 200, ms)
    },
    compare({release}, {requests, differing}) {
      const tally = tallyFor(routed(), release)
      tally.mirrored ??= {requests: 0, differing: 0, examples: []}
      tally.mirrored.requests += requests
      tally.mirrored.differing += differing
    },
    meet({release, instance}, kind) {
      for (const queue of watching) queue.push({release, instance, kind})
    },
    async *troubles(signal) {
      const queue = new EventQueue<Trouble>()
      const end = () => queue.end()
      watching.add(queue)
      signal.addEventListener('abort', end, {once: true})
      try {
        yield* queue.read(new AbortController().signal)
      } finally {
        signal.removeEventListener('abort', end)
        watching.delete(queue)
      }
    },
    async open(signal, manner = {}) {
      signal.throwIfAborted()
      return stateOf(openRoute(table, {...request, ...manner}), {http: port, https: undefined})
    },
    state: async () => state(),
    async flip(target) {
      const previous = flipRoute(routed(), target, attempt(), newLane)
      flips.push(target)
      return {previous, flipMs: 0}
    },
    async split(split) {
      const before = state()?.live
      const previous = splitRoute(routed(), split, attempt(), newLane)
      splits.push(split)
      const now = state()?.live
      if (now && (now.instance !== before?.instance || now.generation !== before.generation)) flips.push(now)
      return {previous, flipMs: 0}
    },
    async counts(): Promise<readonly ReleaseCounts[]> {
      const route = current()
      return route ? countsOf(route) : []
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
