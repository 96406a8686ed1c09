import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../errors.ts'
import type {Engine, Instance} from '../lifecycle/ports.ts'
import {stopGraceMs} from '../lifecycle/retire.ts'
import {connectProxy, type ProxyClient} from '../proxy/client.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import type {AppId, EnvironmentId} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {hostsOf} from '../release/names.ts'
import {leftFiles, removeLeftFiles} from '../secrets/left.ts'
import {askSession, sessionStates} from '../session/ask.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {countServices, removeEnvironment, type RemovedEnvironment} from './down-environment.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {findApps} from './find-app.ts'
import {isOfRelease} from './gc-services.ts'
import type {Where} from './identify.ts'
import {openLedger} from './ledger.ts'
import {appIdOf, isOf} from './status.ts'

export interface Removed extends AppId {
  containers: number
  images: number
  volumes: number
  /** volumes that stay, because they hold data */
  keptVolumes: readonly string[]
}

// `imm dev` drains and stops its containers first.
const quitTimeoutMs = 60_000

/** Takes an environment down, or every one: `imm dev` ends, containers, images and the route go, volumes only where asked. */
export const takeDown = async (
  where: Where | 'all',
  withVolumes: boolean,
  onRemoved: (removed: Removed) => void,
  onEnvironment: (removed: RemovedEnvironment) => void,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const paths = statePaths()
  const [{engine}, proxy] = await Promise.all([openEngine(paths, signal), connectProxy({paths, signal})])
  const all = await everyApp(engine, proxy, paths, signal)
  const only = where === 'all' ? undefined : await findApps(where, paths, signal)
  const isMeant = (id: EnvironmentId) => only === undefined || inOne(id, only.environment)
  const named = only ? only.apps.map((app) => ({...only.environment, app})) : []
  const apps = unique([...all.apps, ...named].filter(isMeant))
  const environments = new Map(
    [...all.environments, ...apps]
      .filter(isMeant)
      .map(({project, environment}) => [`${project}/${environment}`, {project, environment}]),
  )
  for (const id of environments.values()) {
    const before = await countServices(id, engine, signal)
    const own = apps.filter((app) => inOne(app, id))
    // Where there is nothing else than services, nobody asked about an app.
    const asked = own.filter((app) => before === 0 || all.apps.some((one) => isOf(one, app)))
    for (const app of asked) onRemoved(await remove(app, withVolumes, {engine, proxy, paths, onTrouble}, signal))
    const shared = await removeEnvironment(id, withVolumes, {engine, before, apps: asked.map(({app}) => app)}, signal)
    for (const left of await leftFiles(paths, engine.facts.dataRoot !== undefined))
      if (inOne(left.id, id)) await removeLeftFiles(left)
    if (shared) onEnvironment(shared)
  }
}

const inOne = (one: EnvironmentId, other: EnvironmentId): boolean =>
  one.project === other.project && one.environment === other.environment

interface Reach {
  engine: Engine
  proxy: ProxyClient | undefined
  paths: StatePaths
  onTrouble: (message: string) => void
}

const remove = async (
  id: AppId,
  withVolumes: boolean,
  {engine, proxy, paths, onTrouble}: Reach,
  signal: AbortSignal,
): Promise<Removed> => {
  const labels = environmentLabels(id)
  // Counted before `imm dev` is asked to end, because it removes its containers itself.
  const running = await engine.instances(labels, signal)
  await endSession(id, paths, signal)
  if (proxy) await proxyTraffic(proxy, {...id, hosts: hostsOf(id), port: undefined}).close(signal)
  const instances = await engine.instances(labels, signal)
  await Promise.all(
    [...instances, ...(await trialsOf(id, engine, signal))].map(async (instance) =>
      engine.remove(instance.id, stopGraceMs, signal),
    ),
  )
  const images = await engine.images(labels, signal)
  for (const reference of images.flatMap(({references}) => references)) await engine.untag(reference, signal)
  await openFiles({id, paths, directory: paths.home, engine, note: onTrouble}).clear(signal)
  const volumes = await engine.volumes(labels, signal)
  if (withVolumes) for (const {name} of volumes) await engine.removeVolume(name, signal)
  const removed = {
    containers: Math.max(count(running), count(instances)),
    images: images.length,
    volumes: withVolumes ? volumes.length : 0,
    keptVolumes: withVolumes ? [] : volumes.map(({name}) => name),
  }
  await note(removed, id, paths, onTrouble, signal)
  return {...id, ...removed}
}

/** History outlives what it tells of: its files stay. */
const note = async (
  removed: Omit<Removed, keyof AppId>,
  id: AppId,
  paths: StatePaths,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  if (removed.containers + removed.images + removed.volumes === 0) return
  await using ledger = await openLedger(id, paths, onTrouble, signal)
  ledger.record({type: 'down', ...removed})
}

/** Sandboxes go with the containers that are in them: nobody asked for those, and nobody is told. */
const count = (instances: readonly Instance[]): number =>
  instances.filter(({labels}) => labels['imm.role'] !== 'sandbox').length

/** What an imm that was killed had just looked into an image with; it is of no app. */
const trialsOf = async ({project, environment}: AppId, engine: Engine, signal: AbortSignal): Promise<Instance[]> =>
  engine.instances({'imm.project': project, 'imm.environment': environment, 'imm.role': 'trial'}, signal)

const endSession = async (id: AppId, {runtime}: StatePaths, signal: AbortSignal): Promise<void> => {
  await (await askSession(runtime, id, signal))?.quit(signal)
  const deadlineMs = Date.now() + quitTimeoutMs
  while (await askSession(runtime, id, signal)) {
    if (Date.now() > deadlineMs)
      throw new ImmError(
        'ENVIRONMENT_HELD',
        `the imm dev of ${id.project}/${id.environment} was asked to end and is still there`,
      )
    await sleep(50, undefined, {signal})
  }
}

interface Everything {
  apps: readonly AppId[]
  /** of what is no app's, too */
  environments: readonly EnvironmentId[]
}

const everyApp = async (
  engine: Engine,
  proxy: ProxyClient | undefined,
  {runtime}: StatePaths,
  signal: AbortSignal,
): Promise<Everything> => {
  const [instances, images, volumes, networks, status, sessions] = await Promise.all([
    engine.instances({}, signal),
    engine.images({}, signal),
    engine.volumes({}, signal),
    engine.networks({}, signal),
    proxy?.status(signal),
    sessionStates(runtime, signal),
  ])
  const labelled = [...instances.filter(isOfRelease), ...images].flatMap(({labels}) => appIdOf(labels) ?? [])
  const others = [...instances, ...volumes, ...networks].flatMap(({labels}) => {
    const {'imm.project': project, 'imm.environment': environment} = labels
    return project && environment ? [{project, environment}] : []
  })
  return {apps: unique([...labelled, ...(status?.routes ?? []), ...sessions]), environments: others}
}

const unique = (ids: readonly AppId[]): AppId[] => [
  ...new Map(
    ids.map(({project, environment, app}) => [`${project}/${environment}/${app}`, {project, environment, app}]),
  ).values(),
]
