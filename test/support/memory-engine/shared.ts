import {ImmError} from '../../../src/errors.ts'
import type {Engine, Network} from '../../../src/lifecycle/ports.ts'
import type {Container, Volume} from './container.ts'
import type {FaultGate} from './faults.ts'

type Shared = Pick<Engine, 'createVolume' | 'network' | 'networks' | 'networkNamed' | 'volumeNamed' | 'removeNetwork'>

interface Surroundings {
  gate: FaultGate
  volumes: Map<string, Volume>
  containers: ReadonlyMap<string, Container>
  carries(own: Labels, wanted: Labels): boolean
}

type Labels = Readonly<Record<string, string>>

/** Networks and volumes of the memory engine: names with labels, and who is attached. */
export const sharedThings = ({gate, volumes, containers, carries}: Surroundings): Shared => {
  const networks = new Map<string, Network>()
  return {
    async createVolume({name, labels}, signal) {
      await gate.enter('createVolume', signal)
      if (!volumes.has(name)) volumes.set(name, {labels, starts: 0})
    },
    async volumeNamed(name, signal) {
      await gate.enter('volumeNamed', signal)
      const volume = volumes.get(name)
      return volume && {name, labels: volume.labels}
    },
    async network({name, labels, internal = false}, signal) {
      await gate.enter('network', signal)
      const number = networks.size + 20
      const made = {name, labels, internal, subnets: [`172.${number}.0.0/16`], gateway: `172.${number}.0.1`}
      const network = networks.get(name) ?? made
      networks.set(name, network)
      return network
    },
    async networkNamed(name, signal) {
      await gate.enter('networkNamed', signal)
      return networks.get(name)
    },
    async networks(labels, signal) {
      await gate.enter('networks', signal)
      return [...networks.values()].filter((network) => carries(network.labels, labels))
    },
    async removeNetwork(name, signal) {
      await gate.enter('removeNetwork', signal)
      const attached = [...containers.values()].some(({spec}) =>
        spec.attachment?.networks.some((endpoint) => endpoint.name === name),
      )
      if (attached) throw new ImmError('ENGINE_REFUSED', `network ${name} has active endpoints`)
      networks.delete(name)
    },
  }
}
