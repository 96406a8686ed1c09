import {ImmError} from '../errors.ts'
import {hostGates} from '../gates/host-gates.ts'
import {createBackground} from '../lifecycle/background.ts'
import {openEnvironment} from '../lifecycle/environment.ts'
import type {Happening} from '../lifecycle/events.ts'
import {triedBefore, triedNow} from '../lifecycle/latest.ts'
import {rollback, type Wanted} from '../lifecycle/rollback.ts'
import {ensureProxy} from '../proxy/client.ts'
import {probe} from '../proxy/probe.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import {hostsOf} from '../release/names.ts'
import {holdEnvironment} from '../session/hold.ts'
import type {RollbackAnswer} from '../session/session.ts'
import {statePaths} from '../state/paths.ts'
import {recordsOf} from '../state/records.ts'
import {systemClock} from './clock.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {identifyApp} from './identify-app.ts'
import type {Where} from './identify.ts'
import {keptSurroundings} from './kept-surroundings.ts'
import {openLedger} from './ledger.ts'
import {numbersOf} from './numbers.ts'
import {projectOf} from './project.ts'
import {isOf} from './status.ts'

/** Gives the traffic to an earlier release where no `imm dev` holds the environment, and pins it for the next. */
export const rollbackAlone = async (
  where: Where,
  wanted: Wanted,
  listener: (happening: Happening) => void,
  signal: AbortSignal,
): Promise<RollbackAnswer> => {
  const paths = statePaths()
  const {id, loaded: read} = await identifyApp(where, paths, signal)
  await using stack = new AsyncDisposableStack()
  stack.use(await holdEnvironment(paths.runtime, id, signal))
  const ledger = stack.use(await openLedger(id, paths, (message) => listener({type: 'warning', message}), signal))
  const emit = (happening: Happening) => {
    ledger.listen(happening)
    listener(happening)
  }
  const {engine} = await openEngine(paths, signal)
  const files = openFiles({
    id,
    paths,
    directory: where.directory,
    engine,
    note: (message) => emit({type: 'warning', message}),
    onSecret: (name, content) => ledger.hides(name, content),
  })
  const loaded = {...read, settings: await files.withDigests(read.settings, signal)}
  ledger.knows(loaded.settings)
  const running = await engine.instances({'imm.project': id.project, 'imm.environment': id.environment}, signal)
  if (running.length === 0)
    throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
  const proxy = await ensureProxy({paths, signal})
  // Opening a route sets its addresses: those that it has must be said again.
  const {
    hosts = hostsOf(id),
    port,
    routes,
  } = (await proxy.status(signal))?.routes.find((route) => isOf(route, id)) ?? {}
  const bug = Promise.withResolvers<never>()
  const background = createBackground(emit, bug.reject)
  const world = {
    id,
    engine,
    traffic: proxyTraffic(proxy, {...id, hosts, routes, port}),
    probe,
    gates: hostGates(where.directory),
    clock: systemClock,
    numbers: await numbersOf(id, paths.home, engine, signal),
    records: recordsOf(paths.home, id),
    surroundings: await keptSurroundings(id, paths),
    files,
    emit,
    background,
  }
  const project = projectOf(loaded, where)
  stack.use(project.source)
  const logsOff = AbortSignal.abort()
  const {at} = await openEnvironment(project, world, logsOff, signal)
  const tried = triedNow(triedBefore(at))
  const {member, notes} = await rollback(wanted, await world.numbers.generation(signal), project, at, signal)
  await at.pinning.set({release: member.release, tried}, signal)
  await Promise.race([background.idle(), bug.promise])
  return {release: member.release, notes}
}
