import type Docker from 'dockerode'

import type {Holder} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {trialContainer} from '../trial/trial-container.ts'

/** A container that has the files: that one itself, or one of the image that is never started and goes when it is disposed. */
export const containerOf = async (
  client: Client,
  of: Holder,
  signal: AbortSignal,
): Promise<AsyncDisposable & {container: Docker.Container}> =>
  'image' in of
    ? trialContainer(client, of.image, signal)
    : {container: client.docker.getContainer(of.container), async [Symbol.asyncDispose]() {}}
