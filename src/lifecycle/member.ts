import type {Settings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import type {Content} from './plan.ts'
import type {Address, Image, Instance, Target} from './ports.ts'

/** A release that runs: what the traffic can be given to. */
export interface Member extends Content {
  release: ReleaseName
  generation: number
  image: ReleaseImage
  /** what it was started with, so that a fresh container of it can be */
  settings: Settings
  instance: Instance
  address: Address
  /** the port that its application should listen on inside */
  port: number
}

/** What launch and verify need to know of an image. */
export type ReleaseImage = Pick<Image, 'id' | 'exposedPorts' | 'hasHealthcheck'>

export const targetOf = ({release, generation, address, instance}: Member): Target => ({
  release,
  generation,
  address,
  instance: instance.id,
})

/** A container that was found running, as a member again; undefined where its labels or its address don't allow it. */
export const memberOf = (instance: Instance, image: ReleaseImage, settings: Settings): Member | undefined => {
  const identity = containerIdentity(instance.labels)
  if (!identity || !instance.address) return undefined
  return {
    release: identity.release,
    generation: identity.generation,
    snapshot: {digest: identity.snapshot},
    settingsDigest: identity.settings,
    image,
    settings,
    instance,
    address: instance.address,
    port: settings.port ?? image.exposedPorts[0] ?? instance.address.port,
  }
}
