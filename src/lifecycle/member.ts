import type {ReleaseName} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import type {Address, Image, Instance, Target} from './ports.ts'

/** A release that runs: what the traffic can be given to. */
export interface Member {
  release: ReleaseName
  generation: number
  /** digest of its source */
  snapshot: {digest: string}
  settingsDigest: string
  /** id of its image */
  image: string
  instance: Instance
  address: Address
  /** the port that its application should listen on inside; 0 where not known (found running) */
  port: number
}

export const targetOf = ({release, generation, address, instance}: Member): Target => ({
  release,
  generation,
  address,
  instance: instance.id,
})

/** A running container of imm as a member again; undefined where its labels or its address don't allow it. */
export const memberOf = (instance: Instance, port = 0): Member | undefined => {
  const identity = containerIdentity(instance.labels)
  if (!identity || !instance.address) return undefined
  return {
    release: identity.release,
    generation: identity.generation,
    snapshot: {digest: identity.snapshot},
    settingsDigest: identity.settings,
    image: instance.image,
    instance,
    address: instance.address,
    port,
  }
}

export type BuiltImage = Pick<Image, 'id' | 'exposedPorts' | 'hasHealthcheck'>
