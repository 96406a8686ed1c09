import {isImmError} from '../errors.ts'
import {imageReference, type ReleaseName} from '../release/identity.ts'
import {imageLabels} from '../release/labels.ts'
import type {Anchor} from './anchor.ts'
import {full, type Full} from './layout.ts'
import type {Plan} from './plan.ts'
import type {Image, ImageEntry} from './ports.ts'
import type {World} from './world.ts'

/** More than that in one layer is built in full: it is held in memory, and sent with every save until there is a new anchor. */
export const largestLayerBytes = 64 * 2 ** 20

export interface Delta {
  kind: 'made'
  image: Image
  /** of the layer: what every further save carries along */
  bytes: number
  items: number
}

/** The image of a plan as anchor + one layer, or why only a full build is certain to be the same. */
export const makeDelta = async (
  plan: Plan,
  release: ReleaseName,
  revision: string | undefined,
  anchor: Anchor | undefined,
  {id, engine}: Pick<World, 'id' | 'engine'>,
  signal: AbortSignal,
): Promise<Delta | Full> => {
  if (!anchor) return full('there is no full image yet to add to')
  if (anchor.buildDigest !== plan.buildDigest) return full('other build settings than before')
  const {layout, layering, image} = anchor
  if (layout.kind === 'full' || !layering) return layout.kind === 'full' ? layout : full('no way to add a layer')
  const {snapshot, buildDigest, project} = plan
  try {
    const planned = layout.plan(anchor.tree, snapshot.tree)
    if (planned.kind === 'full') return planned
    const inAnchor = await lookInto(anchor, planned.inAnchor, engine, signal)
    // Only BuildKit makes a layer of every instruction, also of one that changes nothing.
    const above = anchor.above ?? (engine.facts.builder === 'buildkit' ? planned.above : undefined)
    if (planned.below.length > 0 && above === undefined)
      return full(`${planned.below[0]} is new or gone, and what is below it is not certain with this builder`)
    const below =
      planned.below.length === 0 || above === undefined
        ? new Map<string, ImageEntry>()
        : await engine.look(image, above, planned.below, signal)
    const items = planned.complete(inAnchor, below)
    if ('kind' in items) return items
    if (!layering.whiteouts && items.some(({kind}) => kind === 'whiteout' || kind === 'opaque'))
      return full('the engine adds layers, but none that takes something away')
    const layer = await project.source.layer(snapshot, items, signal)
    if (layer.length > largestLayerBytes) return full('so much changed since the last full build')
    const labels = imageLabels({...id, snapshot: snapshot.digest, settings: buildDigest, revision, anchor: image.id})
    const made = await engine.addLayer({anchor: image, layer, labels, reference: imageReference(id, release)}, signal)
    return {kind: 'made', image: made, bytes: layer.length, items: items.length}
  } catch (error) {
    if (isImmError(error, 'LAYER_REFUSED') || isImmError(error, 'ENGINE_REFUSED')) return full(error.message)
    throw error
  }
}

/** An image never changes, so that what was seen in it once is not asked for again. */
const lookInto = async (
  {image, seen}: Anchor,
  paths: readonly string[],
  engine: World['engine'],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ImageEntry>> => {
  const unseen = paths.filter((path) => !seen.has(path))
  if (unseen.length > 0) for (const [path, entry] of await engine.look(image, 0, unseen, signal)) seen.set(path, entry)
  return seen
}
