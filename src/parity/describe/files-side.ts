import {createHash} from 'node:crypto'
import path from 'node:path'

import type {FilesSide} from '../facts.ts'
import type {FileFact} from '../image/facts.ts'
import type {ImageTree} from '../image/tree.ts'
import {directoriesOf} from './directories.ts'
import type {Read} from './owners/owned.ts'
import {ownersOf} from './owners/owners.ts'
import {shadow, shadowDigest} from './shadow.ts'
import {isVolatile} from './volatile.ts'

/** The files of an image that count: the same for all builds of the same source, whenever they were and however they are split into layers. */
export const filesSideOf = (image: Read): FilesSide => {
  const list = countedIn(image)
  const directories = directoriesOf(list)
  const digest = createHash('sha256').update(JSON.stringify(directories)).digest('hex')
  return {digest: `sha256:${digest}`, count: list.length, directories, list, owners: ownersOf(image, list)}
}

const countedIn = (image: Read): FileFact[] => {
  const list: FileFact[] = []
  const withVolatile = new Set<string>()
  for (const found of withRoot(image.tree)) {
    if (isVolatile(found)) withVolatile.add(path.posix.dirname(found.path))
    else list.push(found.path === shadow ? {...found, sha256: shadowDigest(image) ?? found.sha256} : found)
  }
  return withVolatile.size === 0 ? list : withoutMadeFor(list, withVolatile)
}

/** Without directories that no layer mentions, and that are there for a cache alone: they come and go with it. */
const withoutMadeFor = (list: readonly FileFact[], withVolatile: Set<string>): FileFact[] => {
  const withCounted = new Set<string>()
  const counts = ({path: name, implied}: FileFact): boolean => {
    const counted = implied !== true || withCounted.has(name) || !withVolatile.has(name)
    ;(counted ? withCounted : withVolatile).add(path.posix.dirname(name))
    return counted
  }
  // What is in a directory stands behind it.
  return list.toReversed().filter(counts).toReversed()
}

/** Who may read or write in the root itself is somebody's choice, too. */
function* withRoot(tree: ImageTree): Generator<FileFact, void, undefined> {
  const root = tree.get('/')
  if (root !== undefined) yield root
  yield* tree.all()
}

/** What lower layers have and the whole has not. */
export const removedFrom = (lower: ImageTree, whole: ImageTree): ReadonlySet<string> => {
  const removed = new Set<string>()
  for (const fact of lower.all()) if (whole.get(fact.path) === undefined && !isVolatile(fact)) removed.add(fact.path)
  return removed
}
