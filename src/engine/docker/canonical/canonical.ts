import {randomBytes} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {ImmBug, isImmError} from '../../../errors.ts'
import type {CanonicalImage, CanonicalRequest, Image} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {image, tag, untag} from '../images.ts'
import {digestOf} from '../layers/digest.ts'
import {buildIntermediate} from './build-intermediate.ts'
import {canonicalConfig} from './canonical-config.ts'
import {removeForgotten, removeIntermediate, temporaryReference} from './intermediate.ts'
import {loadImage} from './load-image.ts'
import {ownLayers} from './own-layers.ts'
import {rewriteLayer, type LayerFile} from './rewrite-layer.ts'
import {saveImage, type SavedImage} from './saved-image.ts'
import {withBase} from './with-base.ts'

const never = new AbortController().signal

/** A full build whose times are then set: exported, its own layers and its config written anew, loaded under its name. */
export const canonical = async (
  client: Client,
  request: CanonicalRequest,
  signal: AbortSignal,
): Promise<CanonicalImage> => {
  await using undo = new AsyncDisposableStack()
  const temporary = temporaryReference(request.reference, Date.now(), randomBytes(4).toString('hex'))
  await removeForgotten(client, request.reference, request.labels, signal)
  let built: Image | undefined
  undo.defer(() => removeIntermediate(client, temporary, signal.aborted && built === undefined))
  built = await buildIntermediate(client, {...request, reference: temporary}, signal)
  signal.throwIfAborted()
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-build-'))
  undo.defer(() => rm(directory, {recursive: true, force: true}))
  const saved = await saveImage(client, built, directory, signal)
  const base = await layersOf(client, request.base, signal)
  const own = []
  for (const layer of ownLayers(saved.config, base, stepsIn(client, request))) {
    const source = {file: saved.layers[layer.index] ?? '', digest: saved.config.rootfs.diff_ids[layer.index] ?? ''}
    const target = path.join(directory, `layer-${layer.index}`)
    own.push({...layer, ...(await rewriteLayer(source, target, layer.times, request.epochS, signal))})
  }
  const made = await put(client, saved, new Map(own.map((layer) => [layer.index, layer])), request, signal)
  return {image: made, own: own.map(({digest, bytes, instruction}) => ({digest, bytes, instruction}))}
}

/** Classic builders make labels a step of their own. */
const stepsIn = ({facts}: Client, {steps, labels}: CanonicalRequest): number =>
  steps + (facts.builder === 'classic' && Object.keys(labels).length > 0 ? 1 : 0)

const layersOf = async (
  client: Client,
  base: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> => {
  if (base === 'scratch') return []
  return base === undefined ? undefined : (await image(client, base, signal))?.layers
}

const put = async (
  client: Client,
  saved: SavedImage,
  own: ReadonlyMap<number, LayerFile>,
  {reference, epochS, labels}: CanonicalRequest,
  signal: AbortSignal,
): Promise<Image> => {
  const before = await image(client, reference, signal)
  const digests = saved.config.rootfs.diff_ids.map((digest, index) => own.get(index)?.digest ?? digest)
  const config = JSON.stringify(canonicalConfig(withBase(saved.config, own.keys(), labels), digests, epochS))
  const load = (whole: boolean) => {
    const layers = digests.map((digest, index) => {
      const file = own.get(index)?.file ?? (whole ? saved.layers[index] : undefined)
      return {digest, file}
    })
    return loadImage(client, {config, layers, reference}, signal)
  }
  // Except in containerd's store an image is named by its config: the same made before needs nothing but the name.
  const known = await image(client, digestOf(Buffer.from(config)), signal)
  if (known) await tag(client, known.id, reference, signal)
  // Where layers are known by their content, those of the image underneath need not be sent: the built image holds them.
  const partial = client.libpod === undefined && client.store !== 'containerd'
  try {
    if (!known) await load(!partial)
  } catch (error) {
    if (!partial || !isImmError(error, 'ENGINE_REFUSED')) throw error
    await load(true)
  }
  const made = await image(client, reference, never)
  if (signal.aborted && before === undefined) await untag(client, reference, never)
  signal.throwIfAborted()
  if (made === undefined || made.layers.join() !== digests.join())
    throw new ImmBug(`the engine made something else of ${reference} than it was given`)
  // Its name went to the new one; without another it would stay for nothing.
  if (before !== undefined && before.id !== made.id && before.references.length === 1)
    await untag(client, before.id, signal)
  return made
}
