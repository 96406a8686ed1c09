import {ImmError} from '../../errors.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'
import type {Engine, Instance} from '../ports.ts'

/** Who mounts a volume. */
export interface Users {
  /** of its environment */
  own: readonly Instance[]
  /** of somebody else: nobody that imm may pause or end */
  others: readonly Instance[]
}

export const usersOf = async (
  volume: string,
  id: EnvironmentId,
  engine: Pick<Engine, 'volumeUsers' | 'instances'>,
  signal: AbortSignal,
): Promise<Users> => {
  const [users, ours] = await Promise.all([
    engine.volumeUsers(volume, signal),
    engine.instances(sharedLabels(id), signal),
  ])
  const ids = new Set(ours.map((one) => one.id))
  return {own: users.filter((one) => ids.has(one.id)), others: users.filter((one) => !ids.has(one.id))}
}

export const inUse = (key: string, users: readonly Instance[], next?: string): ImmError =>
  new ImmError('VOLUME_IN_USE', `volume ${key} is used by ${namesOf(users).join(', ')}`, {next})

export const namesOf = (instances: readonly Instance[]): string[] => instances.map(({name}) => name).toSorted()

export const isAwake = ({state}: Instance): boolean => state === 'running'
