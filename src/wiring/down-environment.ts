import type {Engine, Instance} from '../lifecycle/ports.ts'
import {foundServices, removeServices} from '../lifecycle/services/remove.ts'
import {removeNetworks} from '../lifecycle/services/shared.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {defaultGraceMs, sharedLabels} from '../release/services.ts'

/** What the apps of an environment shared. */
export interface RemovedEnvironment extends EnvironmentId {
  /** containers of backing services */
  services: number
  networks: number
  /** networks that something else is attached to */
  keptNetworks: readonly string[]
  volumes: number
  /** volumes that stay, because they hold data */
  keptVolumes: readonly string[]
}

/** Counted before `imm dev` is asked to end, because it takes its services along. */
export const countServices = async (id: EnvironmentId, engine: Engine, signal: AbortSignal): Promise<number> =>
  (await foundServices(id, engine, signal)).length

/** Takes down what is left of an environment once its apps are gone; undefined where there was nothing. */
export const removeEnvironment = async (
  id: EnvironmentId,
  withVolumes: boolean,
  {engine, before, apps}: {engine: Engine; before: number; apps: readonly string[]},
  signal: AbortSignal,
): Promise<RemovedEnvironment | undefined> => {
  const services = await foundServices(id, engine, signal)
  await removeServices(services, engine, () => {}, signal)
  // Left by an imm run that was killed.
  const left = await engine.instances({...sharedLabels(id), 'imm.role': 'once'}, signal)
  await Promise.all(left.map(async (one: Instance) => engine.remove(one.id, defaultGraceMs, signal)))
  const {networks, keptNetworks} = await removeNetworks(id, engine, signal)
  const volumes = await engine.volumes(sharedLabels(id), signal)
  if (withVolumes) for (const {name} of volumes) await engine.removeVolume(name, signal)
  const count = Math.max(services.length, before)
  // Of the others it was told with their app.
  const kept = withVolumes
    ? []
    : volumes.filter(({labels}) => !apps.includes(labels['imm.app'] ?? '')).map(({name}) => name)
  const removed = withVolumes ? volumes.length : 0
  if (count + networks.length + keptNetworks.length + removed + kept.length === 0) return undefined
  const {project, environment} = id
  return {
    project,
    environment,
    services: count,
    networks: networks.length,
    keptNetworks,
    volumes: removed,
    keptVolumes: kept,
  }
}
