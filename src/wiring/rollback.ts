import {ImmError} from '../errors.ts'
import {createBackground} from '../lifecycle/background.ts'
import {openEnvironment} from '../lifecycle/environment.ts'
import type {Happening} from '../lifecycle/events.ts'
import {releasesWithImages, rollback} from '../lifecycle/rollback.ts'
import {ensureProxy} from '../proxy/client.ts'
import {probe} from '../proxy/probe.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import {referredRelease, releaseNumber, type AppId, type ReleaseName, type ReleaseRef} from '../release/identity.ts'
import {hostsOf} from '../release/names.ts'
import {askSession} from '../session/ask.ts'
import {holdEnvironment} from '../session/hold.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {systemClock} from './clock.ts'
import {openEngine} from './engine.ts'
import {findApp, identify, type Where} from './identify.ts'
import {openLedger} from './ledger.ts'
import {numbersOf} from './numbers.ts'
import {projectOf} from './project.ts'
import {isOf} from './status.ts'

/** Gives the traffic to an earlier release: through the `imm dev` that holds the environment, else by ourselves. */
export const runRollback = async (
  where: Where,
  ref: ReleaseRef | undefined,
  listener: (happening: Happening) => void,
  signal: AbortSignal,
): Promise<{release: ReleaseName; environment: string}> => {
  const paths = statePaths()
  const wanted = await findApp(where, paths, signal)
  const release = ref && (await nameOf(ref, wanted, paths, signal))
  const session = await askSession(paths.runtime, wanted, signal)
  if (session) return {release: await session.rollback(release, signal), environment: wanted.environment}

  const {id, loaded} = await identify(where, paths, signal)
  await using stack = new AsyncDisposableStack()
  stack.use(await holdEnvironment(paths.runtime, id, signal))
  const ledger = stack.use(await openLedger(id, paths, (message) => listener({type: 'warning', message}), signal))
  ledger.knows(loaded.settings)
  const emit = (happening: Happening) => {
    ledger.listen(happening)
    listener(happening)
  }
  const {engine} = await openEngine(paths, signal)
  const running = await engine.instances({'imm.project': id.project, 'imm.environment': id.environment}, signal)
  if (running.length === 0)
    throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
  const proxy = await ensureProxy({paths, signal})
  // Opening a route sets its own port: what it has must be said again.
  const port = (await proxy.status(signal))?.routes.find((route) => isOf(route, id))?.port
  const bug = Promise.withResolvers<never>()
  const background = createBackground(emit, bug.reject)
  const world = {
    id,
    engine,
    traffic: proxyTraffic(proxy, {...id, hosts: hostsOf(id), port}),
    probe,
    clock: systemClock,
    numbers: await numbersOf(id, paths.home, engine, signal),
    emit,
    background,
  }
  const project = projectOf(loaded, where)
  stack.use(project.source)
  const logsOff = AbortSignal.abort()
  const {at} = await openEnvironment(project, world, logsOff, signal)
  const back = await rollback(release, await world.numbers.generation(signal), project, at, signal)
  await Promise.race([background.idle(), bug.promise])
  return {release: back.release, environment: id.environment}
}

/** The whole name of a release that was given by its number; what can be rolled back to has an image. */
const nameOf = async (ref: ReleaseRef, id: AppId, paths: StatePaths, signal: AbortSignal): Promise<ReleaseName> => {
  if (releaseNumber(ref) !== undefined) return ref as ReleaseName
  const {engine} = await openEngine(paths, signal)
  const release = referredRelease(ref, await releasesWithImages({id, engine}, signal))
  if (release) return release
  throw new ImmError('RELEASE_NOT_FOUND', `${ref} has neither a container nor an image any more`)
}
