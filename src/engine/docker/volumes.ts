import type Docker from 'dockerode'

import {ImmError} from '../../errors.ts'
import type {FoundVolume, VolumeMount} from '../../lifecycle/ports.ts'
import type {VolumeSpec} from '../../release/container.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {carries, labelFilter} from './label-filter.ts'
import {statusOf} from './translate-errors.ts'
import {inspectVolume} from './volume/inspect-volume.ts'

/** One that exists already stays as it is. */
export const createVolume = async (
  {docker}: Client,
  {name, labels, driver, driverOptions}: VolumeSpec,
  signal: AbortSignal,
): Promise<void> => {
  const options = {
    Name: name,
    Labels: {...labels},
    ...(driver === undefined ? {} : {Driver: driver}),
    ...(driverOptions === undefined ? {} : {DriverOpts: {...driverOptions}}),
  }
  // dockerode puts every option into the query too (passwords of a share in a URL), unless query and body come apart.
  await call(`creating volume ${name}`, signal, (abortSignal) =>
    docker.createVolume({_query: {}, _body: options, abortSignal} as Docker.VolumeCreateOptions),
  )
}

/** Makes what is missing of the volumes that a container mounts. One without labels is somebody else's: an empty one in its place helps nobody. */
export const provideVolumes = async (
  client: Client,
  volumes: readonly VolumeMount[],
  signal: AbortSignal,
): Promise<void> => {
  const provide = async ({name, labels}: VolumeMount) =>
    Object.keys(labels).length > 0 ? createVolume(client, {name, labels}, signal) : mustExist(client, name, signal)
  await Promise.all(volumes.map(provide))
}

const mustExist = async (client: Client, name: string, signal: AbortSignal): Promise<void> => {
  if (await volumeNamed(client, name, signal)) return
  throw new ImmError('ENGINE_REFUSED', `there is no volume ${name}`, {
    next: `Make it with \`docker volume create ${name}\`.`,
  })
}

/** Whoever made it. */
export const volumeNamed = async (
  {docker}: Client,
  name: string,
  signal: AbortSignal,
): Promise<FoundVolume | undefined> => {
  try {
    const {driver, options, labels} = await inspectVolume(docker, name, signal)
    return {name, labels, plain: driver === 'local' && Object.keys(options).length === 0}
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    return undefined
  }
}

export const volumes = async (
  {docker}: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<FoundVolume[]> => {
  const {Volumes} = await call('listing volumes', signal, (abortSignal) =>
    docker.listVolumes({filters: {label: labelFilter(labels)}, abortSignal}),
  )
  const found = (Volumes as typeof Volumes | null) ?? []
  return found
    .filter(({Labels}) => carries(Labels, labels))
    .map(({Name, Labels, Driver, Options}) => ({
      name: Name,
      labels: Labels ?? {},
      plain: Driver === 'local' && Object.keys(Options ?? {}).length === 0,
    }))
}

/** 404: gone already. */
export const removeVolume = async ({docker}: Client, name: string, signal: AbortSignal): Promise<void> => {
  try {
    await call(`removing volume ${name}`, signal, (abortSignal) => docker.getVolume(name).remove({abortSignal}))
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}
