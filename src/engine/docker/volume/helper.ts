import {randomBytes} from 'node:crypto'

import type Docker from 'dockerode'

import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {untag} from '../images.ts'
import {archiveOf} from '../layers/tar.ts'
import {statusOf} from '../translate-errors.ts'
import {scratchImage} from '../trial/scratch-image.ts'

/** Nothing of it ever runs: it only gives containers a root to mount volumes below. */
const image = 'imm/volume:1'

export const volumeRole = 'volume'

const never = new AbortController().signal

/** A volume in the container, by the path that it is at. */
export type HelperMounts = Readonly<Record<string, {volume: string; readOnly: boolean}>>

/**
 * A container that is never started and mounts volumes: the engine's archive calls read and write them, and no program is needed that some
 * image would have to have.
 */
export const volumeHelper = async (
  client: Client,
  mounts: HelperMounts,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<AsyncDisposable & {container: Docker.Container}> => {
  signal.throwIfAborted()
  const container = await create(client, {
    name: `imm_volume_${randomBytes(6).toString('hex')}`,
    Image: image,
    Labels: {...labels, 'imm.role': volumeRole},
    Cmd: ['none'],
    HostConfig: {
      NetworkMode: 'none',
      Mounts: Object.entries(mounts).map(([Target, {volume, readOnly}]) => ({
        Type: 'volume' as const,
        Source: volume,
        Target,
        ReadOnly: readOnly,
        // What the image has at the path must not get into an empty volume.
        VolumeOptions: {NoCopy: true, Labels: {}, DriverConfig: {Name: '', Options: {}}},
      })),
    },
  })
  return {
    container,
    async [Symbol.asyncDispose]() {
      // Not its volumes: they have names, and only nameless ones go with a container.
      await call('removing the container of a volume', never, () => container.remove({force: true})).catch(() => {})
      await untag(client, image, never).catch(() => {})
    },
  }
}

/** Once more where another imm, done with the image, took it away in between. */
const create = async (client: Client, options: Docker.ContainerCreateOptions): Promise<Docker.Container> => {
  // Not cut off: a create that succeeds all the same would leave a container that nobody knows.
  const post = () => call('opening a volume', never, () => client.docker.createContainer(options))
  for (let attempt = 0; attempt < 3; attempt++)
    try {
      return await post()
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      const labels = {'imm.role': volumeRole}
      await scratchImage(client, await archiveOf([['volume']]), {labels, reference: image, createdMs: 0})
    }
  return post()
}
