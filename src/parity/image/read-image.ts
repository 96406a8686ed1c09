import {type Archive, readArchive} from './archive.ts'
import type {Choice} from './choice.ts'
import {imageConfigFile, type ImageConfigFile, imageConfigOf} from './config.ts'
import {dockerManifest, dockerParts} from './docker-archive.ts'
import {damaged} from './failures.ts'
import type {HistoryStep, ImageFacts, ImageHolder, ImageLayer} from './image.ts'
import type {Inspect} from './inspect.ts'
import {type Kept, keptIn, keptOf, type Wanted} from './kept.ts'
import {budgetOf, defaultLimits, type Limits} from './limits.ts'
import {ociIndex, ociParts} from './oci-layout.ts'
import {parse} from './parse.ts'
import type {Parts} from './parts.ts'
import {platformText} from './platform.ts'
import {resolve} from './resolve.ts'
import {treeOf} from './tree.ts'

export interface ImageReading {
  choice?: Choice
  /** files whose content is kept; none where left out */
  wanted?: Wanted
  /** looks into files of all layers, also of those that a later layer deletes */
  inspect?: Inspect | undefined
  limits?: Partial<Limits>
}

/**
 * The facts of an image out of an archive (`docker save`, or an OCI layout as a tar), as it streams by. The archive may be anybody's: nothing
 * of it is written or run, no link is followed out of it, and what it may take of memory and time is bounded.
 */
export const readImage = async (
  stream: AsyncIterable<Buffer>,
  {choice = {}, wanted = () => undefined, inspect, limits = {}}: ImageReading,
  signal: AbortSignal,
): Promise<ImageFacts> => {
  const budget = budgetOf({...defaultLimits, ...limits})
  const kept = keptIn(budget)
  const archive = await readArchive(stream, {budget, wanted, kept, inspect}, signal)
  return imageOf(archive, partsOf(archive, choice), {kept, wanted})
}

const partsOf = (archive: Archive, choice: Choice): Parts => {
  if (archive.find(dockerManifest) !== undefined) return dockerParts(archive, choice)
  if (archive.find(ociIndex) !== undefined) return ociParts(archive, choice)
  throw damaged(`it is no image: it has neither ${dockerManifest} nor ${ociIndex}`)
}

const imageOf = (archive: Archive, parts: Parts, {kept, wanted}: {kept: Kept; wanted: Wanted}): ImageFacts => {
  const file = parse(archive, parts.config, imageConfigFile)
  const layers = layersOf(archive, parts, file)
  const lowest = (count: number): ImageHolder => {
    const tree = treeOf(layers.slice(0, count))
    return {tree, content: (path) => keptOf(kept, wanted, resolve(tree, path))}
  }
  return {
    names: parts.names,
    id: archive.find(parts.config)?.digest ?? '',
    manifest: parts.manifest,
    platform: platformText(file),
    created: file.created ?? undefined,
    config: imageConfigOf(file),
    layers,
    history: historyOf(file),
    ...lowest(layers.length),
    lowest,
  }
}

const historyOf = ({history}: ImageConfigFile): HistoryStep[] =>
  (history ?? []).map(({created, created_by: createdBy, empty_layer: empty}) => ({
    created: created ?? undefined,
    createdBy: createdBy ?? undefined,
    layer: empty !== true,
  }))

const layersOf = (archive: Archive, {layers}: Parts, {rootfs, history}: ImageConfigFile): ImageLayer[] => {
  if (layers.length !== rootfs.diff_ids.length)
    throw damaged(`its config speaks of ${rootfs.diff_ids.length} layers, and its manifest of ${layers.length}`)
  const instructions = (history ?? []).filter(({empty_layer: empty}) => empty !== true)
  return layers.map(({name, size}, at) => {
    const layer = archive.find(name)?.layer
    if (layer === undefined) throw damaged(`${name} is not in it, or no layer`)
    if (layer.diffId !== rootfs.diff_ids[at]) throw damaged(`${name} has another content than the image's config says`)
    if (size !== undefined && size !== layer.storedSize)
      throw damaged(`${name} has another size than its manifest says`)
    const by = instructions.length === layers.length ? instructions[at]?.created_by : undefined
    return {...layer, createdBy: by ?? undefined}
  })
}
