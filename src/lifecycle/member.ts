import type {Settings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import type {Content} from './plan.ts'
import type {Address, Image, Instance, Target} from './ports.ts'

/** A release that runs: what the traffic can be given to. */
export interface Member extends Content, Replica {
  release: ReleaseName
  generation: number
  image: ReleaseImage
  /** what it was started with, so that a fresh container of it can be */
  settings: Settings
  /** the port that its application should listen on inside */
  port: number
  /** replicas beside the first, which is the member itself */
  others: readonly Replica[]
}

/** One container of a release. */
export interface Replica {
  instance: Instance
  address: Address
}

/** What launch and verify need to know of an image. */
export type ReleaseImage = Pick<Image, 'id' | 'exposedPorts' | 'hasHealthcheck'>

export const replicasOf = ({instance, address, others}: Pick<Member, 'instance' | 'address' | 'others'>): Replica[] => [
  {instance, address},
  ...others,
]

/** The same release with these replicas; undefined where none is left. */
export const withReplicas = (member: Member, [first, ...others]: readonly Replica[]): Member | undefined =>
  first && {...member, ...first, others}

/** A member of one replica for each of them: what is looked at one by one. */
export const eachReplica = (member: Member): Member[] =>
  replicasOf(member).map((replica) => ({...member, ...replica, others: []}))

/** Without its sandbox a container runs on, and nobody can reach it. */
export const endsWith = ({instance}: Replica, id: string): boolean => instance.id === id || instance.sandbox === id

export const targetOf = ({release, generation, address, instance, settings, port}: Omit<Member, 'others'>): Target => ({
  release,
  generation,
  address,
  instance: instance.id,
  // Reached by its own address, a container has its own port there.
  ...(port === address.port || address.port === 0 ? {} : {port}),
  ...(settings.protocol === 'h2c' ? {protocol: settings.protocol} : {}),
})

export const targetsOf = (member: Member): Target[] => eachReplica(member).map(targetOf)

/** Containers of one release that were found running, as a member again; undefined where labels or addresses don't allow it. */
export const memberOf = (
  instances: readonly Instance[],
  image: ReleaseImage,
  settings: Settings,
): Member | undefined => {
  const [first, ...others] = instances.flatMap((instance) =>
    instance.address ? [{instance, address: instance.address}] : [],
  )
  const identity = first && containerIdentity(first.instance.labels)
  if (!identity) return undefined
  return {
    release: identity.release,
    generation: identity.generation,
    snapshot: {digest: identity.snapshot},
    settingsDigest: identity.settings,
    image,
    settings,
    ...first,
    others,
    port: settings.port ?? image.exposedPorts[0] ?? first.address.port,
  }
}
