import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../errors.ts'
import type {Engine, Instance} from '../lifecycle/ports.ts'
import {stopGraceMs} from '../lifecycle/retire.ts'
import {connectProxy, type ProxyClient} from '../proxy/client.ts'
import {proxyTraffic} from '../proxy/traffic.ts'
import type {AppId} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {hostsOf} from '../release/names.ts'
import {askSession, sessionStates} from '../session/ask.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {findApp} from './find-app.ts'
import type {Where} from './identify.ts'
import {openLedger} from './ledger.ts'
import {appIdOf} from './status.ts'

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
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const paths = statePaths()
  const [{engine}, proxy] = await Promise.all([openEngine(paths, signal), connectProxy({paths, signal})])
  const ids = where === 'all' ? await everyApp(engine, proxy, paths, signal) : [await findApp(where, paths, signal)]
  for (const id of ids) onRemoved(await remove(id, withVolumes, {engine, proxy, paths, onTrouble}, signal))
}

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

const everyApp = async (
  engine: Engine,
  proxy: ProxyClient | undefined,
  {runtime}: StatePaths,
  signal: AbortSignal,
): Promise<AppId[]> => {
  const [instances, images, volumes, status, sessions] = await Promise.all([
    engine.instances({}, signal),
    engine.images({}, signal),
    engine.volumes({}, signal),
    proxy?.status(signal),
    sessionStates(runtime, signal),
  ])
  const labelled = [...instances, ...images, ...volumes].flatMap(({labels}) => appIdOf(labels) ?? [])
  const all = [...labelled, ...(status?.routes ?? []), ...sessions]
  return [
    ...new Map(
      all.map(({project, environment, app}) => [`${project}/${environment}/${app}`, {project, environment, app}]),
    ).values(),
  ]
}
