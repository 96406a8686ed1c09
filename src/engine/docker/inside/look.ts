import {randomBytes} from 'node:crypto'

import type {Image, ImageEntry} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {image as imageOf, untag} from '../images.ts'
import {keep} from '../kept.ts'
import {anchorOf} from '../layers/anchor.ts'
import {archiveFor, lowerPart} from '../layers/archives.ts'
import {layering} from '../layers/layering.ts'
import {load} from '../layers/load.ts'
import {asLayerRefusal, layerRefused} from '../layers/refused.ts'
import {trialLabelsOn, trialReference} from '../trial/trial.ts'
import {lookInContainer} from './look-in-container.ts'
import {lookInExport} from './look-in-export.ts'

const never = new AbortController().signal

export type Entries = ReadonlyMap<string, ImageEntry>

/** What an image has at absolute paths, without its topmost `above` layers. LAYER_REFUSED where that can't be found out. */
export const look = async (
  client: Client,
  image: Image,
  above: number,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Entries> => {
  const {entries} = client.kept
  const key = image.layers.slice(0, Math.max(0, image.layers.length - above)).join()
  const known = entries.get(key) ?? keep(entries, key, new Map<string, ImageEntry | undefined>())
  const unknown = paths.filter((path) => !known.has(path))
  if (unknown.length > 0) {
    const found = key === '' ? new Map<string, ImageEntry>() : await lookAt(client, image, above, unknown, signal)
    for (const path of unknown) known.set(path, found.get(path))
  }
  const all = paths.map((path) => [path, known.get(path)] as const)
  return new Map(all.flatMap(([path, entry]) => (entry ? [[path, entry]] : [])))
}

const lookAt = async (
  client: Client,
  image: Image,
  above: number,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Entries> => {
  signal.throwIfAborted()
  try {
    await using part = await lower(client, image, above, signal)
    // Podman's archive call follows links, hides volumes and forgets owners: only its export is exact.
    return await (client.libpod ? lookInExport : lookInContainer)(client, part.image, paths, signal)
  } catch (error) {
    throw signal.aborted ? signal.reason : asLayerRefusal(error)
  }
}

/** An image of the layers below, until it is disposed: made of nothing but its config, because the engine has the layers. */
const lower = async (
  client: Client,
  image: Image,
  above: number,
  signal: AbortSignal,
): Promise<AsyncDisposable & {image: Image}> => {
  if (above === 0) return {image, [Symbol.asyncDispose]: async () => {}}
  const way = (await layering(client, signal))?.way
  if (way !== 'load' && way !== 'oci') throw layerRefused('this engine takes no image without its layers')
  const anchor = await anchorOf(client, image)
  const reference = trialReference(`lower-${randomBytes(4).toString('hex')}`)
  await using undo = new AsyncDisposableStack()
  undo.defer(() => untag(client, reference, never))
  const labels = trialLabelsOn(image.labels)
  const config = lowerPart(anchor, image.layers.length - above, labels, Date.now())
  await load(client, await archiveFor(way, {config, layer: undefined, reference}, anchor), reference)
  const made = await imageOf(client, reference, never)
  if (made?.layers.join() !== config.rootfs.diff_ids.join()) throw layerRefused('the engine made another image of them')
  const kept = undo.move()
  return {image: made, [Symbol.asyncDispose]: () => kept.disposeAsync()}
}
