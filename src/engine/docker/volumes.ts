import type {InstanceSpec} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {carries, labelFilter} from './label-filter.ts'
import {statusOf} from './translate-errors.ts'

/** One that exists already stays as it is. */
export const createVolume = async (
  {docker}: Client,
  {name, labels}: InstanceSpec['volumes'][number],
  signal: AbortSignal,
): Promise<void> => {
  await call(`creating volume ${name}`, signal, (abortSignal) =>
    docker.createVolume({Name: name, Labels: {...labels}, abortSignal}),
  )
}

export const volumes = async (
  {docker}: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{name: string; labels: Readonly<Record<string, string>>}[]> => {
  const {Volumes} = await call('listing volumes', signal, (abortSignal) =>
    docker.listVolumes({filters: {label: labelFilter(labels)}, abortSignal}),
  )
  const found = (Volumes as typeof Volumes | null) ?? []
  return found
    .filter(({Labels}) => carries(Labels, labels))
    .map(({Name, Labels}) => ({name: Name, labels: Labels ?? {}}))
}

/** 404: gone already. */
export const removeVolume = async ({docker}: Client, name: string, signal: AbortSignal): Promise<void> => {
  try {
    await call(`removing volume ${name}`, signal, (abortSignal) => docker.getVolume(name).remove({abortSignal}))
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}
