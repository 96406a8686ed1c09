import {isImmError} from '../errors.ts'
import {anchorReference} from '../release/identity.ts'
import {full, type Full, type Layout} from './layout.ts'
import type {Plan} from './plan.ts'
import type {Image, ImageEntry, Layering, SourceDirectory, SourceNode} from './ports.ts'
import type {World} from './world.ts'

/** A full image and what it was made of: what delta images stand on. */
export interface Anchor {
  image: Image
  tree: SourceDirectory
  buildDigest: string
  layout: Layout | Full
  layering: Layering | undefined
  /** topmost layers that hold what comes from the source, where that is known for certain whatever the builder */
  above: number | undefined
  /** what was looked up in it */
  seen: Map<string, ImageEntry>
}

/** A full image as one that deltas can stand on, as far as the Dockerfile and the engine allow. */
export const anchorOn = async (
  image: Image,
  {project, snapshot, buildDigest}: Plan,
  engine: World['engine'],
  signal: AbortSignal,
): Promise<Anchor> => {
  const layering = await engine.layering(signal)
  const layout = layering
    ? await layoutOf(image, project, snapshot.tree, engine, signal)
    : full('the engine adds no single layers')
  const above = layout.kind === 'layout' ? await layersAbove(image, layout, engine, signal) : undefined
  // Now, and not when the first save waits for it.
  const seen = layout.kind === 'layout' ? await lookAhead(image, layout.often, engine, signal) : []
  return {image, tree: snapshot.tree, buildDigest, layout, layering, above, seen: new Map(seen)}
}

const lookAhead = async (image: Image, paths: readonly string[], engine: World['engine'], signal: AbortSignal) => {
  try {
    return await engine.look(image, 0, paths, signal)
  } catch (error) {
    // Only a saving: who needs it asks again, and hears why not.
    if (isImmError(error, 'LAYER_REFUSED')) return []
    throw error
  }
}

const layersAbove = async (
  {layers}: Image,
  {ground}: Layout,
  engine: World['engine'],
  signal: AbortSignal,
): Promise<number | undefined> => {
  const base = ground === undefined ? undefined : await engine.image(ground, signal)
  if (!base || !base.layers.every((layer, index) => layer === layers[index])) return undefined
  return layers.length - base.layers.length
}

const layoutOf = async (
  image: Image,
  project: Plan['project'],
  tree: SourceDirectory,
  engine: World['engine'],
  signal: AbortSignal,
): Promise<Layout | Full> => {
  const dockerfile = await project.dockerfile(signal)
  // What is read now must be what the image was made by, or a change that is taken back later would find a layout of something else.
  if (dockerfile.hash !== undefined && hashAt(tree, project.settings.build.dockerfile) !== dockerfile.hash)
    return full('the Dockerfile is a link, or changed while it was built')
  const layout = dockerfile.layout(image)
  if (layout.kind === 'full') return layout
  for (const base of layout.bases) {
    const triggers = await engine.hasTriggers(base, signal)
    if (triggers === undefined) return full(`what ${base} adds to builds on it can't be found out`)
    if (triggers) return full(`${base} adds ONBUILD instructions to builds on it`)
  }
  return layout
}

const hashAt = (tree: SourceDirectory, path: string): string | undefined => {
  let node: SourceNode | undefined = tree
  for (const part of path.split('/')) node = node?.kind === 'directory' ? node.children.get(part) : undefined
  return node?.kind === 'file' ? node.hash : undefined
}

/** Gives a full image a name of its own, so that it stays when its release goes. */
export const nameAnchor = async (
  image: Image,
  {id, engine}: Pick<World, 'id' | 'engine'>,
  signal: AbortSignal,
): Promise<void> => {
  const reference = anchorReference(id)
  // Taken away first: an image that loses its last name to another would stay behind without one.
  await engine.untag(reference, signal)
  await engine.tag(image.id, reference, signal)
}

/** Whether an image is a delta itself: no other may stand on it, or layers would pile up. */
export const isDelta = ({labels}: Pick<Image, 'labels'>): boolean => labels['imm.anchor'] !== undefined
