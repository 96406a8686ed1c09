import {ImmError, isImmError} from '../../errors.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'
import type {Engine, Network} from '../ports.ts'
import {engineName} from './names.ts'
import type {Application, Shared} from './spec.ts'

export interface SharedRequest {
  application: Pick<Application, 'networks' | 'volumes'>
  id: EnvironmentId
  engine: Pick<Engine, 'network' | 'networkNamed' | 'createVolume' | 'volumeNamed'>
}

/** What an environment's containers share, as the engine has it; by the Compose file's keys. */
export interface OpenShared {
  networks: ReadonlyMap<string, Network>
  /** names */
  volumes: ReadonlyMap<string, string>
}

/** Makes the environment's networks and volumes, and adopts what is there. EXTERNAL_MISSING for what somebody else should have made. */
export const openShared = async (
  {application, id, engine}: SharedRequest,
  signal: AbortSignal,
): Promise<OpenShared> => {
  // What others must have made first: nothing is begun that can't be finished.
  const outside = await outsiders(application, engine, signal)
  const [networks, volumes] = await Promise.all([
    Promise.all(
      application.networks.map(async (shared): Promise<[string, Network]> => {
        const name = engineName(shared, id)
        const found = shared.external ? outside.networks.get(name) : undefined
        return [shared.key, found ?? (await engine.network({...shared.spec, ...own(shared, name, id)}, signal))]
      }),
    ),
    Promise.all(
      application.volumes.map(async (shared): Promise<[string, string]> => {
        const name = engineName(shared, id)
        if (!shared.external) await engine.createVolume({...shared.spec, ...own(shared, name, id)}, signal)
        return [shared.key, name]
      }),
    ),
  ])
  return {networks: new Map(networks), volumes: new Map(volumes)}
}

const own = ({spec}: Shared<{labels: Readonly<Record<string, string>>}>, name: string, id: EnvironmentId) => ({
  name,
  // The last word is imm's: what it makes must be found again.
  labels: {...spec.labels, ...sharedLabels(id)},
})

const isExternal = ({external}: {external: boolean}): boolean => external

const outsiders = async (
  {networks, volumes}: SharedRequest['application'],
  engine: SharedRequest['engine'],
  signal: AbortSignal,
): Promise<{networks: ReadonlyMap<string, Network>}> => {
  const wantedNetworks = networks.filter(isExternal)
  const wantedVolumes = volumes.filter(isExternal)
  const [foundNetworks, foundVolumes] = await Promise.all([
    Promise.all(wantedNetworks.map(async ({spec}) => engine.networkNamed(spec.name, signal))),
    Promise.all(wantedVolumes.map(async ({spec}) => engine.volumeNamed(spec.name, signal))),
  ])
  for (const [at, {key, spec}] of wantedNetworks.entries())
    if (!foundNetworks[at]) throw missing('network', key, spec.name)
  for (const [at, {key, spec}] of wantedVolumes.entries())
    if (!foundVolumes[at]) throw missing('volume', key, spec.name)
  return {networks: new Map(foundNetworks.flatMap((network) => (network ? [[network.name, network]] : [])))}
}

const missing = (kind: 'network' | 'volume', key: string, name: string): ImmError =>
  new ImmError('EXTERNAL_MISSING', `the ${kind} ${key} is external, and the engine has none of the name ${name}`, {
    next: `Make it with \`docker ${kind} create ${name}\`, or take \`external: true\` out of the Compose file.`,
  })

export interface RemovedShared {
  networks: readonly string[]
  /** something that isn't imm's is attached to them */
  keptNetworks: readonly string[]
}

/** Removes the environment's networks; one that something is attached to stays. What is external carries no label, and isn't seen here. */
export const removeNetworks = async (
  id: EnvironmentId,
  engine: Pick<Engine, 'networks' | 'removeNetwork'>,
  signal: AbortSignal,
): Promise<RemovedShared> => {
  const removed: string[] = []
  const kept: string[] = []
  for (const {name} of await engine.networks(sharedLabels(id), signal)) {
    try {
      await engine.removeNetwork(name, signal)
      removed.push(name)
    } catch (error) {
      if (!isImmError(error, 'ENGINE_REFUSED')) throw error
      kept.push(name)
    }
  }
  return {networks: removed, keptNetworks: kept}
}
