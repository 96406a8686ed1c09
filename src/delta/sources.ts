import type {SourceDirectory, SourceNode} from '../lifecycle/ports.ts'
import type {CopySource} from './copy.ts'

/** A path of the context with what is there. */
export interface Place<Node extends SourceNode = SourceNode> {
  parts: readonly string[]
  node: Node
}

/** What a source finds in one tree, without looking at every file of it. */
export interface Found {
  /** directories that it matches: their contents are copied */
  directories: readonly Place<SourceDirectory>[]
  /** directories whose children's names are matched by the last part */
  parents: readonly Place<SourceDirectory>[]
  /** it matches a link, or goes through one */
  link: boolean
}

export const lookUp = (tree: SourceNode, parts: readonly string[]): SourceNode | undefined => {
  let node: SourceNode | undefined = tree
  for (const part of parts) node = node?.kind === 'directory' ? node.children.get(part) : undefined
  return node
}

/** Trees never change, so what was found in one holds for good. */
const known = new WeakMap<SourceDirectory, WeakMap<CopySource, Found>>()

export const inspect = (source: CopySource, tree: SourceDirectory): Found => {
  const ofTree = known.get(tree) ?? new WeakMap<CopySource, Found>()
  known.set(tree, ofTree)
  const found = ofTree.get(source) ?? search(source, tree)
  ofTree.set(source, found)
  return found
}

const search = (source: CopySource, tree: SourceDirectory): Found => {
  if (source.parts.length === 0) return {directories: [{parts: [], node: tree}], parents: [], link: false}
  let level: Place<SourceDirectory>[] = [{parts: [], node: tree}]
  let link = false
  const directories: Place<SourceDirectory>[] = []
  for (const [index, part] of source.parts.entries()) {
    const last = index === source.parts.length - 1
    const next: Place<SourceDirectory>[] = []
    for (const place of level)
      for (const {parts, node} of childrenOf(place, part, source.matches[index], index >= source.literal)) {
        // A pattern's walk passes by the links on its way; a path follows them.
        if (node.kind === 'link' && (last || index < source.literal)) link = true
        if (node.kind === 'directory') (last ? directories : next).push({parts, node})
      }
    if (last) return {directories, parents: level, link}
    level = next
  }
  return {directories, parents: [], link}
}

const childrenOf = function* (
  {parts, node}: Place<SourceDirectory>,
  part: string,
  matches: ((name: string) => boolean) | undefined,
  wild: boolean,
): Generator<Place> {
  if (!wild) {
    const child = node.children.get(part)
    if (child !== undefined) yield {parts: [...parts, part], node: child}
    return
  }
  // Files last: the kind is looked at before the name, so that a directory of many files costs little.
  for (const [name, child] of node.children)
    if (child.kind !== 'file' && matches?.(name)) yield {parts: [...parts, name], node: child}
}

/** Files of the given name that a source matches itself. */
export const filesNamed = (source: CopySource, tree: SourceDirectory, name: string): Place[] => {
  if (source.parts.length === 0 || source.matches.at(-1)?.(name) !== true) return []
  return inspect(source, tree).parents.flatMap(({parts, node}) => {
    const child = node.children.get(name)
    return child?.kind === 'file' ? [{parts: [...parts, name], node: child}] : []
  })
}

/** The name of one file that a source matches itself, if there is one: the walk ends with the first. */
export const someFile = (source: CopySource, tree: SourceDirectory): string | undefined => {
  const matches = source.matches.at(-1)
  const last = source.parts.at(-1)
  if (source.literal === source.parts.length)
    return last !== undefined && filesNamed(source, tree, last).length > 0 ? last : undefined
  for (const {node} of inspect(source, tree).parents)
    for (const [name, child] of node.children) if (child.kind === 'file' && matches?.(name)) return name
  return undefined
}

export const findsAnything = (source: CopySource, tree: SourceDirectory): boolean =>
  inspect(source, tree).directories.length > 0 || someFile(source, tree) !== undefined
