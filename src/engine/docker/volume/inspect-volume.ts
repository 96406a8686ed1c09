import type Docker from 'dockerode'

import {call} from '../call.ts'

export interface VolumeInspection {
  driver: string
  options: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  /** on the engine's machine */
  mountpoint: string
}

export const inspectVolume = async (docker: Docker, name: string, signal: AbortSignal): Promise<VolumeInspection> => {
  const {Driver, Options, Labels, Mountpoint} = await call(`looking at volume ${name}`, signal, (abortSignal) =>
    docker.getVolume(name).inspect({abortSignal}),
  )
  // Engines answer null where there are none.
  return {driver: Driver, options: Options ?? {}, labels: Labels ?? {}, mountpoint: Mountpoint}
}
