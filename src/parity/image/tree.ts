import type {FileFact, LayerFact, LayerFacts, LayerStep} from './facts.ts'
import {damaged, refused} from './failures.ts'
import {partsOf} from './path.ts'

/** The fact is the layer's own, not a copy with the layer's number: there may be half a million. */
interface Node {
  fact: LayerFact & Pick<FileFact, 'implied'>
  layer: number
  /** undefined while nothing is: of a hundred thousand files each map would be as large as the rest */
  below: Map<string, Node> | undefined
}

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
  const root = directory('/', 0)
  for (const [layer, {steps}] of layers.entries()) {
    // Deletions are of what lower layers have, wherever in the archive they stand.
    for (const step of steps) if (step.does === 'remove' || step.does === 'empty') hide(root, step)
    for (const step of steps) if (step.does === 'put' || step.does === 'link') add(root, step, layer)
  }
  return {
    get: (path) => factOf(find(root, path)),
    list: (path) => [...(find(root, path)?.below?.keys() ?? [])].toSorted(),
    all: () => walk(root),
  }
}

const factOf = (node: Node | undefined): FileFact | undefined => node && {...node.fact, layer: node.layer}

const directory = (path: string, layer: number): Node => ({
  fact: {path, kind: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, implied: true},
  layer,
  below: undefined,
})

const find = (root: Node, path: string): Node | undefined => {
  let at: Node | undefined = root
  for (const part of partsOf(path)) at = at?.below?.get(part)
  return at
}

const hide = (root: Node, {does, path}: LayerStep & {does: 'remove' | 'empty'}): void => {
  if (does === 'empty') {
    find(root, path)?.below?.clear()
    return
  }
  const parts = partsOf(path)
  const name = parts.pop()
  if (name !== undefined) find(root, `/${parts.join('/')}`)?.below?.delete(name)
}

const add = (root: Node, step: LayerStep & {does: 'put' | 'link'}, layer: number): void => {
  const fact = step.does === 'put' ? step.fact : {...linked(root, step), path: step.path}
  const parts = partsOf(fact.path)
  const name = parts.pop()
  if (name === undefined) {
    root.fact = fact
    root.layer = layer
    return
  }
  const parent = parts.reduce((at, part) => entered(at, part, fact.path, layer), root)
  const before = parent.below?.get(name)
  const keeps = before?.fact.kind === 'directory' && fact.kind === 'directory'
  put(parent, name, {fact, layer, below: keeps ? before.below : undefined})
}

/** The directory of that name, made where there is none, as engines do. */
const entered = (at: Node, name: string, path: string, layer: number): Node => {
  const found = at.below?.get(name)
  if (found?.fact.kind === 'directory') return found
  // Of a lower layer, it gives way to the directory (as overlay2 has it); of the same, engines would write through it.
  if (found?.layer === layer)
    throw refused(`the archive has ${path} below ${found.fact.path}, which is no directory`)
  // A piece of a text that is there, and no text of its own.
  const made = directory(path.slice(0, (at.fact.path === '/' ? 0 : at.fact.path.length) + 1 + name.length), layer)
  put(at, name, made)
  return made
}

const put = (parent: Node, name: string, node: Node): void => {
  parent.below ??= new Map()
  parent.below.set(name, node)
}

const linked = (root: Node, {path, to}: LayerStep & {does: 'link'}): LayerFact => {
  const fact = find(root, to)?.fact
  if (fact === undefined) throw damaged(`it has ${path} as a second name of ${to}, which is not there`)
  if (fact.kind === 'directory')
    throw refused(`the archive has ${path} as a second name of ${to}, which is a directory`)
  return fact
}

// With a stack of its own: the depth of a path is the archive's to choose.
function* walk(root: Node): Generator<FileFact, void, undefined> {
  const stack: Node[] = []
  for (let next: Node | undefined = root; next !== undefined; next = stack.pop()) {
    if (next !== root) yield {...next.fact, layer: next.layer}
    if (next.below === undefined) continue
    // The last first, as a stack wants them.
    for (const name of [...next.below.keys()].toSorted().toReversed()) {
      const child = next.below.get(name)
      if (child !== undefined) stack.push(child)
    }
  }
}
