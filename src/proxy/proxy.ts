import type {Server} from 'node:net'

import type {Announcement, ReleaseCounts, RouteRequest, RouteState, Target} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import {createAccessLog} from './access-log.ts'
import type {AccessLog} from './access-log.ts'
import {createChanges} from './change.ts'
import type {Changes} from './change.ts'
import {createConnections, defaultClients} from './connections.ts'
import {drainLane} from './drain.ts'
import {openEntrance} from './entrance.ts'
import type {ExchangeContext} from './exchange-context.ts'
import type {Place} from './handover/messages.ts'
import {relay} from './handover/relay.ts'
import {createHolds} from './hold.ts'
import {defaultHold} from './limits.ts'
import {createGuard} from './login/guard.ts'
import {setAnnouncement} from './notice.ts'
import type {ProxyOptions} from './proxy-options.ts'
import {startRecording} from './recording/recorder.ts'
import type {Recorder} from './recording/recorder.ts'
import {createWatchers} from './reload/watchers.ts'
import {createFoundAsleep, type FoundAsleep} from './rest/found-asleep.ts'
import {createResting, createWake} from './rest/resting.ts'
import type {Resting} from './rest/resting.ts'
import {restoreRoute} from './restore.ts'
import {proveRestored} from './restored.ts'
import {addressesText, countsOf, stateOf, statusOf} from './route-state.ts'
import {closeRoute, knowsHost, lanesOf, openRoute, placeOf, routeId, routeTable} from './routes.ts'
import type {Route} from './routes.ts'
import {serialised} from './serialised.ts'
import {addressesToListen, notShared} from './sharing.ts'
import {forgetTarget, laneOf, suspendRoute} from './split.ts'
import {readState, savedRoutes, stateSaver, writeState} from './state-file.ts'
import type {HttpsStatus, RouteStatus} from './status.ts'
import {watchGiven} from './tls/given.ts'
import {watchHttps} from './tls/https.ts'
import {drainAfterPages} from './together/drain.ts'
import {closeUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** The routes and what serves them. Each method is one call of the control API; changes are on disk when they resolve. */
export interface Proxy extends AsyncDisposable, Changes, Resting {
  readonly port: number
  readonly addresses: readonly string[]
  /** there was a state that made no sense */
  readonly lostRoutes: boolean
  https(): HttpsStatus
  readonly access: AccessLog
  /** Gives the recorder samples of what passes, until it is disposed. */
  record(recorder: Recorder): Disposable
  open(request: RouteRequest): Promise<RouteState>
  state(app: AppId): RouteState | undefined
  counts(app: AppId): readonly ReleaseCounts[] | undefined
  drain(app: AppId, target: Target, drainMs: number, signal: AbortSignal): Promise<{drainMs: number; cut: number}>
  suspend(app: AppId, generation: number): Promise<void>
  announce(app: AppId, announcement: Announcement): void
  forget(app: AppId, target: Target): Promise<void>
  foundAsleep: FoundAsleep
  close(app: AppId): Promise<void>
  routes(): readonly RouteStatus[]
  /** Gives up the ports; what is under way goes on. The routes stay on disk, and nothing is written there afterwards. */
  stopListening(): Promise<void>
  /** Drains every release. */
  drainAll(drainMs: number): Promise<void>
  /** What listens there, to be handed over. */
  listener(place: Place): Server | undefined
  /**
   * Another process accepts from now on: what waits here, or still comes on a kept connection, is passed to it. Resolves when no connection
   * is left. Nothing is written to disk afterwards.
   */
  giveWay(): Promise<void>
}

export const createProxy = async (options: ProxyOptions): Promise<Proxy> => {
  const {home, log, hold = defaultHold, trouble = () => undefined, inherit, prove, sharing = notShared} = options
  const {onWake = () => undefined} = options
  const table = routeTable<Upstream>(sharing.domain)
  const clients = {...defaultClients(), ...options.clients}
  const connections = createConnections(clients, log)
  const access = createAccessLog()
  const watchers = createWatchers()
  const context: ExchangeContext = {
    holds: createHolds(hold, watchers),
    watchers,
    hold,
    clients,
    log,
    trouble,
    wake: createWake(table, onWake),
    access,
    relay: undefined,
  }
  const saved = await readState(home, log, inherit === undefined ? 'set aside' : 'fail')
  const https = watchHttps({home, isRouted: (host) => knowsHost(table, host), log, given: watchGiven(sharing, log)})
  // Before anything listens: a request must not find its route missing.
  for (const each of saved.routes) restoreRoute(table, each)
  const guard = createGuard({home, sharing, context, routeUnder: (host) => placeOf(table, host, '/')?.route})
  const addresses = addressesToListen(sharing)
  const entrance = await openEntrance({
    ...options,
    savedPort: saved.port,
    table,
    context,
    connections,
    https,
    guard,
    addresses,
  })
  const {main, dedicated, doors} = entrance
  const save = stateSaver(async () => writeState(home, {port: main.port, routes: savedRoutes(table)}))

  const routeOf = (app: AppId): Route<Upstream> | undefined => table.byId.get(routeId(app))

  for (const {request} of saved.routes) {
    // Without it the route's own host still leads there; the next `open` says what is wrong.
    if (request.port !== undefined) await dedicated.open(request.port).catch((error: unknown) => log(String(error)))
  }
  await doors.settle()
  await save()
  if (prove !== undefined) for (const route of table.byId.values()) void proveRestored(context, route, prove)
  const changes = createChanges(table, context, async (routes) => {
    // Not waited for: what can be reached changes with the containers.
    if (routes.some(({doors: {length}}) => length > 0)) void doors.settle()
    await save()
  })
  // Two opens at once could both find a dedicated port free.
  const oneAtATime = serialised()

  const proxy: Proxy = {
    ...changes,
    ...createResting(table, context, save),
    foundAsleep: createFoundAsleep(table, context, save),
    port: main.port,
    addresses: main.addresses,
    lostRoutes: saved.lost ?? false,
    https: () => main.https(),
    access,
    record: (recorder) => startRecording(table, recorder),
    open: async (request) =>
      oneAtATime(async () => {
        const owner = request.port === undefined ? undefined : table.byPort.get(request.port)
        if (request.port !== undefined && owner === undefined) await dedicated.open(request.port)
        const known = routeOf(request) !== undefined
        const route = openRoute(table, request)
        await dedicated.closeAllBut(table.byPort)
        await doors.settle()
        if (!known) log(`opened ${route.id}${addressesText(route, main.links())}`)
        await save()
        return stateOf(route, main.links())
      }),
    state(app) {
      const route = routeOf(app)
      return route && stateOf(route, main.links())
    },
    counts(app) {
      const route = routeOf(app)
      return route && countsOf(route)
    },
    async drain(app, target, drainMs, signal) {
      const route = routeOf(app)
      const lane = route && laneOf(route, target)
      if (route === undefined || lane === undefined) return {drainMs: 0, cut: 0}
      const {closes} = route.request
      return route.group === undefined
        ? drainLane(lane, drainMs, signal, closes)
        : drainAfterPages(route, route.group, lane, drainMs, signal, closes)
    },
    async suspend(app, generation) {
      const route = routeOf(app)
      if (route === undefined || !suspendRoute(route, generation)) return
      log(`suspended ${route.id}, generation ${generation}`)
      watchers.tell(route)
      await save()
    },
    announce(app, announcement) {
      const route = routeOf(app)
      if (route === undefined) return
      setAnnouncement(route, announcement)
      watchers.tell(route)
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
        await doors.settle()
        log(`closed ${route.id}`)
        await save()
      }),
    routes: () => [...table.byId.values()].map((route) => statusOf(route, main.links(), context.holds.count(route))),
    async stopListening() {
      main.stop()
      dedicated.stop()
      doors.stop()
      watchers.endAll()
      await save()
    },
    async drainAll(drainMs) {
      const {signal} = new AbortController()
      const drained = (route: Route<Upstream>) =>
        lanesOf(route).map((lane) => drainLane(lane, drainMs, signal, route.request.closes))
      await Promise.all([...table.byId.values()].flatMap(drained))
    },
    listener: (place) => entrance.listener(place),
    async giveWay() {
      const left = Promise.all([main.giveWay(), dedicated.giveWay(), doors.giveWay()])
      context.relay = relay
      for (const route of table.byId.values()) context.holds.release(route)
      await left
    },
    async [Symbol.asyncDispose]() {
      await main[Symbol.asyncDispose]()
      await dedicated.closeAllBut(new Map())
      await doors.closeAll()
      for (const route of table.byId.values()) {
        context.holds.expire(route)
        for (const lane of lanesOf(route)) closeUpstream(lane)
      }
    },
  }
  return proxy
}
