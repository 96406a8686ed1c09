import {randomBytes} from 'node:crypto'

import {isImmError} from '../../../errors.ts'
import type {Layering} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {image, untag} from '../images.ts'
import {scratchImage} from '../trial/scratch-image.ts'
import {sweep} from '../trial/sweep.ts'
import {trialLabels, trialReference} from '../trial/trial.ts'
import {putLayer} from './put-layer.ts'
import {archiveOf} from './tar.ts'

const never = new AbortController().signal

/** How layers are put on images here: tried out once with an image of a few bytes. */
export const layering = async (client: Client, signal: AbortSignal): Promise<Layering | undefined> => {
  signal.throwIfAborted()
  const {kept} = client
  // Of nobody's signal: others wait for it too, and it takes a quarter of a second.
  kept.layering ??= probe(client).catch((error: unknown) => {
    kept.layering = undefined
    throw error
  })
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, {once: true})
  try {
    return await Promise.race([kept.layering, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Ways in which a layer may go on an image here, the fastest first. */
const waysOf = ({libpod, store}: Client): Layering['way'][] =>
  // Podman refuses an archive of Docker's with layers absent, and takes an OCI one.
  libpod || store === 'containerd' ? ['oci', 'build'] : ['load', 'build']

const probe = async (client: Client): Promise<Layering | undefined> => {
  const reference = trialReference(`base-${randomBytes(4).toString('hex')}`)
  await using trial = new AsyncDisposableStack()
  trial.defer(() => sweep(client))
  await scratchImage(client, await archiveOf([['a', 'a']]), {labels: trialLabels, reference, createdMs: Date.now()})
  // Where it fails, why the trial failed says more; the next sweep takes it.
  trial.defer(() => untag(client, reference, never).catch(() => {}))
  const anchor = await image(client, reference, never)
  if (!anchor) return undefined
  const layer = await archiveOf([['b', reference]])
  for (const way of waysOf(client)) {
    const request = {anchor, layer, labels: trialLabels, reference: `${reference}-${way}`}
    try {
      await putLayer(client, way, request, never)
      await untag(client, request.reference, never)
      return {way, whiteouts: way !== 'build'}
    } catch (error) {
      if (!isImmError(error, 'LAYER_REFUSED')) throw error
    }
  }
  return undefined
}
