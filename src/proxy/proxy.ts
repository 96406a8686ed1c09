import {ServerResponse} from 'node:http'

import type {Announcement, ReleaseCounts, RouteRequest, RouteState, Split, Target} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import {createPortServer} from './accept.ts'
import {createAccessLog, tellUnrouted} from './access-log.ts'
import type {AccessLog} from './access-log.ts'
import {answerUnrouted} from './answers.ts'
import {dedicatedPorts} from './dedicated.ts'
import {drainLane} from './drain.ts'
import {beginExchange} from './exchange.ts'
import {plainRoutes} from './fast/plain-routes.ts'
import {sayAndClose} from './front.ts'
import type {FrontHandler} from './front.ts'
import {createHolds} from './hold.ts'
import {defaultHold} from './limits.ts'
import type {HoldLimits} from './limits.ts'
import type {Log} from './log.ts'
import {openMain} from './main-port.ts'
import {restoreRoute} from './restore.ts'
import {addressesOf, countsOf, stateOf, statusOf} from './route-state.ts'
import {closeRoute, knowsHost, lanesOf, liveLane, openRoute, placeOf, routeId, routeTable} from './routes.ts'
import type {Route} from './routes.ts'
import {flipRoute, forgetTarget, laneOf, splitRoute, suspendRoute} from './split.ts'
import type {Fence} from './split.ts'
import {readState, savedRoutes, stateSaver, writeState} from './state-file.ts'
import type {RouteStatus} from './status.ts'
import {closeUpstream, openUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

export interface ProxyOptions {
  /** where routes are kept */
  home: string
  /** main port; 0: the one chosen before, else any */
  port: number
  log: Log
  hold?: HoldLimits
  /** who serves what the fast path understands; `node` to compare */
  plainHttp1?: 'fast' | 'node'
}

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

/** The routes and what serves them. Each method is one call of the control API; changes are on disk when they resolve. */
export interface Proxy extends AsyncDisposable {
  readonly port: number
  readonly addresses: readonly string[]
  readonly access: AccessLog
  open(request: RouteRequest): Promise<RouteState>
  state(app: AppId): RouteState | undefined
  flip(app: AppId, flip: Flip): Promise<{previous: Target | undefined; flipMs: number} | undefined>
  split(app: AppId, request: SplitRequest): Promise<{previous: readonly Target[]; flipMs: number} | undefined>
  counts(app: AppId): readonly ReleaseCounts[] | undefined
  drain(app: AppId, target: Target, drainMs: number, signal: AbortSignal): Promise<{drainMs: number; cut: number}>
  suspend(app: AppId, generation: number): Promise<void>
  announce(app: AppId, announcement: Announcement): void
  forget(app: AppId, target: Target): Promise<void>
  close(app: AppId): Promise<void>
  routes(): readonly RouteStatus[]
  /** Gives up the ports; what is under way goes on. The routes stay on disk, and nothing is written there afterwards. */
  stopListening(): Promise<void>
  /** Drains every release. */
  drainAll(drainMs: number): Promise<void>
}

export const createProxy = async (options: ProxyOptions): Promise<Proxy> => {
  const {home, log, hold = defaultHold} = options
  const table = routeTable<Upstream>()
  const access = createAccessLog()
  const context = {holds: createHolds(hold.maxHeld), hold, log, access}
  const saved = await readState(home, log)
  // Before anything listens: a request must not find its route missing.
  for (const each of saved.routes) restoreRoute(table, each)

  const onMain: FrontHandler = (request, answer) => {
    const place = placeOf(table, request.headers.host ?? '', request.url ?? '')
    if (place !== undefined) return beginExchange(context, place.route, request, answer, place.strip)
    if (access.isOn && answer instanceof ServerResponse) tellUnrouted(access, request, answer)
    if (!(answer instanceof ServerResponse)) return sayAndClose(answer.socket, 404, 'Not Found')
    answerUnrouted(request, answer, knowsHost(table, request.headers.host ?? ''), () =>
      [...table.byId.values()].map((each) => ({
        id: each.id,
        ...addressesOf(each, main.port),
        release: liveLane(each)?.target.release,
      })),
    )
  }
  const plain = plainRoutes(table, () => options.plainHttp1 !== 'node' && !access.isOn)
  const dedicated = dedicatedPorts(
    (port) => (request, answer) => {
      const route = table.byPort.get(port)
      if (route === undefined) onMain(request, answer)
      else beginExchange(context, route, request, answer, '')
    },
    plain.onPort,
  )
  const main = await openMain(options.port, saved.port, () => createPortServer(onMain, plain.onMain), log)
  const save = stateSaver(async () => writeState(home, {port: main.port, routes: savedRoutes(table)}))

  const routeOf = (app: AppId): Route<Upstream> | undefined => table.byId.get(routeId(app))

  for (const {request} of saved.routes) {
    // Without it the route's own host still leads there; the next `open` says what is wrong.
    if (request.port !== undefined) await dedicated.open(request.port).catch((error: unknown) => log(String(error)))
  }
  await save()
  /** Makes a change of who gets the traffic, unless it was made already. */
  const once = async (
    route: Route<Upstream>,
    attempt: string,
    change: () => string,
  ): Promise<{previous: readonly Target[]; flipMs: number}> => {
    let flipMs = 0
    if (route.attempt !== attempt) {
      const startMs = performance.now()
      const said = change()
      flipMs = performance.now() - startMs
      route.announcement = undefined
      context.holds.release(route)
      log(said)
    }
    const previous = route.displaced
    await save()
    return {previous, flipMs}
  }
  // Two opens at once could both find a dedicated port free.
  const oneAtATime = serialised()

  const proxy: Proxy = {
    port: main.port,
    addresses: main.addresses,
    access,
    open: async (request) =>
      oneAtATime(async () => {
        const owner = request.port === undefined ? undefined : table.byPort.get(request.port)
        if (request.port !== undefined && owner === undefined) await dedicated.open(request.port)
        const known = routeOf(request) !== undefined
        const route = openRoute(table, request)
        if (!known) log(`opened ${route.id} as ${addressesOf(route, main.port).urls.join(' ')}`)
        await dedicated.closeAllBut(table.byPort)
        await save()
        return stateOf(route, main.port)
      }),
    state(app) {
      const route = routeOf(app)
      return route && stateOf(route, main.port)
    },
    async flip(app, {target, attempt}) {
      const route = routeOf(app)
      if (route === undefined) return undefined
      const done = await once(route, attempt, () => {
        const before = flipRoute(route, target, attempt, openUpstream)
        return `flipped ${route.id} from ${before?.release ?? 'nothing'} to ${target.release}, generation ${target.generation}`
      })
      return {previous: done.previous[0], flipMs: done.flipMs}
    },
    async split(app, {split, attempt, fence}) {
      const route = routeOf(app)
      if (route === undefined) return undefined
      return once(route, attempt, () => {
        splitRoute(route, split, attempt, openUpstream, fence)
        return `split ${route.id}: ${sharesOf(split)}, generation ${route.generation}`
      })
    },
    counts(app) {
      const route = routeOf(app)
      return route && countsOf(route)
    },
    async drain(app, target, drainMs, signal) {
      const route = routeOf(app)
      const lane = route && laneOf(route, target)
      return lane === undefined ? {drainMs: 0, cut: 0} : drainLane(lane, drainMs, signal)
    },
    async suspend(app, generation) {
      const route = routeOf(app)
      if (route === undefined || !suspendRoute(route, generation)) return
      log(`suspended ${route.id}, generation ${generation}`)
      await save()
    },
    announce(app, announcement) {
      const route = routeOf(app)
      if (route !== undefined) route.announcement = announcement
    },
    async forget(app, target) {
      const route = routeOf(app)
      if (route === undefined) return
      for (const lane of forgetTarget(route, target)) closeUpstream(lane)
      await save()
    },
    close: async (app) =>
      oneAtATime(async () => {
        const route = routeOf(app)
        if (route === undefined) return
        closeRoute(table, route)
        context.holds.expire(route)
        for (const lane of lanesOf(route)) closeUpstream(lane)
        await dedicated.closeAllBut(table.byPort)
        log(`closed ${route.id}`)
        await save()
      }),
    routes: () => [...table.byId.values()].map((route) => statusOf(route, main.port, context.holds.count(route))),
    async stopListening() {
      main.stop()
      dedicated.stop()
      await save()
    },
    async drainAll(drainMs) {
      const {signal} = new AbortController()
      const lanes = [...table.byId.values()].flatMap((route) => lanesOf(route))
      await Promise.all(lanes.map((lane) => drainLane(lane, drainMs, signal)))
    },
    async [Symbol.asyncDispose]() {
      await main[Symbol.asyncDispose]()
      await dedicated.closeAllBut(new Map())
      for (const route of table.byId.values()) {
        context.holds.expire(route)
        for (const lane of lanesOf(route)) closeUpstream(lane)
      }
    },
  }
  return proxy
}

const sharesOf = ({portions, mirror}: Split): string =>
  [
    ...portions.map(({targets, weight}) => `${targets[0]?.release} x ${targets.length} ${percent(weight)}`),
    ...(mirror === undefined ? [] : [`copies of ${percent(mirror.share)} to ${mirror.targets[0]?.release}`]),
  ].join(', ')

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

const serialised = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return async (work) => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }
}
