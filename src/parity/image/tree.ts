import type {FileFact, LayerFact, LayerFacts, LayerStep} from './facts.ts'
import {damaged, refused} from './failures.ts'
import {type Node, type Places, places} from './places.ts'

/** What an image's layers come to, as a container would see it. */
export interface ImageTree {
  get(path: string): FileFact | undefined
  /** all but the root, a directory before what is in it, in the order of names */
  all(): Generator<FileFact, void, undefined>
  /** names in a directory */
  list(path: string): string[]
}

/** Lays layers over each other, the lowest first. Done on names alone. */
export const treeOf = (layers: readonly Pick<LayerFacts, 'steps'>[]): ImageTree => {
  const tree = places(implied('/'))
  for (const [layer, {steps}] of layers.entries()) {
    // Deletions are of what lower layers have, wherever in the archive they stand.
    for (const step of steps)
      if (step.does === 'remove') tree.remove(step.path)
      else if (step.does === 'empty') tree.empty(step.path)
    for (const step of steps) if (step.does === 'put' || step.does === 'link') add(tree, step, layer)
  }
  return {
    get: (path) => factOf(tree.get(path)),
    list: (path) => tree.below(path).map((each) => each.slice(each.lastIndexOf('/') + 1)),
    all: () => walk(tree),
  }
}

const factOf = (node: Node | undefined): FileFact | undefined => node && {...node.fact, layer: node.layer}

const implied = (path: string): Node['fact'] => ({
  path,
  kind: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  implied: true,
})

const add = (tree: Places, step: LayerStep & {does: 'put' | 'link'}, layer: number): void => {
  const fact = step.does === 'put' ? step.fact : {...linked(tree, step), path: step.path}
  enter(tree, fact.path, layer)
  tree.put(fact, layer)
}

/** Makes the directories above where there are none, as engines do. */
const enter = (tree: Places, path: string, layer: number): void => {
  if (tree.get(tree.above(path))?.fact.kind === 'directory') return
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) {
    // A piece of the text that is there, and no text of its own.
    const place = path.slice(0, end)
    const found = tree.get(place)
    if (found?.fact.kind === 'directory') continue
    // Of a lower layer, it gives way to the directory (as overlay2 has it); of the same, engines would write through it.
    if (found?.layer === layer) throw refused(`the archive has ${path} below ${found.fact.path}, which is no directory`)
    tree.put(implied(place), layer)
  }
}

const linked = (tree: Places, {path, to}: LayerStep & {does: 'link'}): LayerFact => {
  const fact = tree.get(to)?.fact
  if (fact === undefined) throw damaged(`it has ${path} as a second name of ${to}, which is not there`)
  if (fact.kind === 'directory')
    throw refused(`the archive has ${path} as a second name of ${to}, which is a directory`)
  return fact
}

// With a stack of its own: the depth of a path is the archive's to choose.
function* walk(tree: Places): Generator<FileFact, void, undefined> {
  // The last first, as a stack wants them.
  const stack = tree.below('/').toReversed()
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const fact = factOf(tree.get(next))
    if (fact === undefined) continue
    yield fact
    if (fact.kind === 'directory') for (const path of tree.below(next).toReversed()) stack.push(path)
  }
}
