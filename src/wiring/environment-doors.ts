import type {Engine, Network} from '../lifecycle/ports.ts'
import type {Application} from '../lifecycle/services/spec.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {sharedName} from '../release/names.ts'
import {sharedLabels} from '../release/services.ts'
import {placeDoors, type DoorPlace, type Named} from './door-plan.ts'
import {subnetsOf} from './surroundings.ts'

export interface EnvironmentDoors {
  apps: readonly Named[]
  /** undefined: this host has no addresses in the networks that it could listen on */
  places: readonly DoorPlace[] | undefined
  /** CIDRs of the environment's networks */
  subnets: readonly string[]
}

/** Gives the apps of an environment their places; one that finds none in a network that is there gets a network for it. */
export const openDoors = async (
  {apps}: Pick<Application, 'apps'>,
  networks: ReadonlyMap<string, Network>,
  id: EnvironmentId,
  engine: Pick<Engine, 'facts' | 'network'>,
  signal: AbortSignal,
): Promise<EnvironmentDoors> => {
  const named = apps
    .filter(({settings}) => settings.port !== 0 && (settings.container.attachment?.networks.length ?? 0) > 0)
    .map(({name, aliases, ports, settings}) => ({
      name,
      aliases: [...new Set([name, ...aliases])],
      ports,
      networks: settings.container.attachment?.networks.map((on) => on.name) ?? [],
    }))
  const byName = new Map([...networks.values()].map((network) => [network.name, network]))
  if (engine.facts.reach !== 'address') return {apps: named, places: undefined, subnets: []}
  const own = new Map<string, Network>()
  for (const app of placeDoors(named, byName, own).without) {
    const name = sharedName(id, `door-${app}`)
    own.set(app, await engine.network({name, labels: sharedLabels(id)}, signal))
  }
  const {places} = placeDoors(named, byName, own)
  return {apps: named, places, subnets: subnetsOf([...byName.values(), ...own.values()])}
}
