import type {FileFact, LayerFact} from './facts.ts'

export interface Node {
  /** the layer's own, not a copy with the layer's number: there may be half a million */
  fact: LayerFact & Pick<FileFact, 'implied'>
  layer: number
  /** of what is below, and of what is beside: a map for each directory would be larger than most of what is in them */
  first: Node | undefined
  next: Node | undefined
}

/** What is at each path. Whatever is there has a directory above it. */
export interface Places {
  get(path: string): Node | undefined
  /** the path of the directory that it is in */
  above(path: string): string
  /** paths of what is in a directory, in order */
  below(path: string): string[]
  /** puts it in the place of what is there; a directory keeps what is in another */
  put(fact: Node['fact'], layer: number): void
  /** with all that is below */
  remove(path: string): void
  /** all that is below */
  empty(path: string): void
}

export const places = (rootFact: Node['fact']): Places => {
  const root: Node = {fact: rootFact, layer: 0, first: undefined, next: undefined}
  const nodes = new Map([[root.fact.path, root]])

  /** What was removed is still beside the others, but at its path there is nothing any more, or something else. */
  function* inside(directory: Node): Generator<Node, void, undefined> {
    for (let at = directory.first; at !== undefined; at = at.next) if (nodes.get(at.fact.path) === at) yield at
  }

  const emptied = (directory: Node): void => {
    const stack = [directory]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const each of inside(at)) {
        nodes.delete(each.fact.path)
        stack.push(each)
      }
      at.first = undefined
    }
  }

  return {
    get: (path) => nodes.get(path),
    above,
    below: (path) => {
      const directory = nodes.get(path)
      return directory === undefined ? [] : Array.from(inside(directory), ({fact}) => fact.path).toSorted()
    },
    put(fact, layer) {
      const before = nodes.get(fact.path)
      if (before !== undefined) {
        const keeps = before === root || (before.fact.kind === 'directory' && fact.kind === 'directory')
        if (!keeps) emptied(before)
        before.fact = fact
        before.layer = layer
        return
      }
      const directory = nodes.get(above(fact.path)) ?? root
      const node: Node = {fact, layer, first: undefined, next: directory.first}
      directory.first = node
      nodes.set(fact.path, node)
    },
    remove(path) {
      const found = nodes.get(path)
      if (found === undefined || found === root) return
      emptied(found)
      nodes.delete(path)
    },
    empty(path) {
      const found = nodes.get(path)
      if (found !== undefined) emptied(found)
    },
  }
}

const above = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/'
