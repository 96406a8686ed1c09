import type {ImageEntry, LayerItem} from '../lifecycle/ports.ts'
import {full, isFull, type Full} from './full.ts'
import {anchorNeeds, type DeltaPlan} from './plan.ts'
import type {PlannedItem} from './planned.ts'
import type {World} from './world.ts'

/**
 * The items of the one layer that makes the anchor what a full build would make, in their order; none where nothing differs. The maps
 * hold what the images have at the paths that the plan needs; what is not in them is not in the image.
 */
export const completeDelta = (
  plan: DeltaPlan,
  inAnchor: ReadonlyMap<string, ImageEntry>,
  below: ReadonlyMap<string, ImageEntry>,
): LayerItem[] | Full => {
  const inside = new Set<string>()
  for (const path of plan.open) {
    const kind = inAnchor.get(path)?.kind
    if (kind === 'directory') inside.add(path)
    else if (kind !== 'file') return full(`what ${path} is in the image is not certain`)
  }
  const world = plan.world(inside)
  if (isFull(world)) return world
  const problem = unasked(plan, world) ?? problemInAnchor(world, inAnchor) ?? problemBelow(world, below)
  if (problem !== undefined) return full(problem)
  return world.items.map((item) => itemOf(item, inAnchor))
}

/** Some destinations files and some directories is a plan that was not asked for. */
const unasked = ({needs}: DeltaPlan, world: World): string | undefined =>
  anchorNeeds(world).every((path) => needs.inAnchor.includes(path)) &&
  [...world.below.keys()].every((path) => needs.below.includes(path))
    ? undefined
    : 'some destinations without a slash are files and some are directories'

const problemInAnchor = ({directories, solid, owners}: World, inAnchor: ReadonlyMap<string, ImageEntry>) => {
  const missing = [...directories, ...solid, ...owners].find((path) => !inAnchor.has(path))
  if (missing !== undefined) return `${missing} is not in the image`
  const odd = [...directories].find((path) => inAnchor.get(path)?.kind !== 'directory')
  if (odd !== undefined) return `${odd} is no directory in the image`
  const link = [...solid].find((path) => inAnchor.get(path)?.kind === 'link')
  return link && `${link} is a link in the image`
}

const problemBelow = ({below}: World, entries: ReadonlyMap<string, ImageEntry>) => {
  const [path] = [...below].find(([each, kind]) => entries.has(each) && entries.get(each)?.kind !== kind) ?? []
  return path && `${path} is also in the image underneath`
}

const itemOf = (item: PlannedItem, inAnchor: ReadonlyMap<string, ImageEntry>): LayerItem => {
  if (item.kind === 'whiteout') return item
  if (item.kind === 'kept') {
    const {mode, mtimeMs, uid, gid} = entryAt(inAnchor, item.path)
    return {kind: 'directory', path: item.path, mode, mtimeMs, uid, gid}
  }
  const {owner, ...rest} = item
  const {uid, gid} = 'as' in owner ? entryAt(inAnchor, owner.as) : owner
  return {...rest, uid, gid}
}

const entryAt = (entries: ReadonlyMap<string, ImageEntry>, path: string): ImageEntry => {
  const entry = entries.get(path)
  if (entry === undefined) throw new Error(`${path} was not looked up`)
  return entry
}
