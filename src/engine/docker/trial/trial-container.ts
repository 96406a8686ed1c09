import {randomBytes} from 'node:crypto'

import type Docker from 'dockerode'

import type {Image} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {trialLabelsOn} from './trial.ts'

const never = new AbortController().signal

/** A container of the image that is never started, to look into it; removed when it is disposed. */
export const trialContainer = async (
  {docker}: Client,
  {id: image, labels}: Pick<Image, 'id' | 'labels'>,
  signal: AbortSignal,
): Promise<AsyncDisposable & {container: Docker.Container}> => {
  signal.throwIfAborted()
  const options: Docker.ContainerCreateOptions = {
    name: `imm_trial_${randomBytes(6).toString('hex')}`,
    Image: image,
    Labels: trialLabelsOn(labels),
    // An image without a command makes no container.
    Cmd: ['none'],
    HostConfig: {NetworkMode: 'none'},
  }
  // Not cut off: a create that succeeds all the same would leave a container that nobody knows.
  const container = await call('looking into an image', never, () => docker.createContainer(options))
  const remove = () =>
    call('removing the container of a look', never, () => container.remove({force: true, v: true})).catch(() => {})
  return {
    container,
    async [Symbol.asyncDispose]() {
      await remove()
    },
  }
}
