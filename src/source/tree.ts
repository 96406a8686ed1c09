import type {DirectoryNode, Node} from './node.ts'
import {directoryNode} from './node.ts'

/** A path in a tree, relative to its root with `/`. */
export interface Entry<N extends Node = Node> {
  path: string
  node: N
}

export const emptyTree = directoryNode({mode: 0o755, mtimeMs: 0, children: new Map(), left: new Map()}, undefined)

export const below = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

/** The directories that a path lies in, the nearest first, without the root. */
export function* ancestorsOf(file: string): Generator<string> {
  for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) yield file.slice(0, end)
}

export const find = (root: DirectoryNode, file: string): Node | undefined => {
  let node: Node | undefined = root
  for (const name of file === '' ? [] : file.split('/')) {
    if (node?.kind !== 'directory') return undefined
    node = node.children.get(name)
  }
  return node
}

/** Everything in a directory, parents before what they hold. */
export function* entriesOf(directory: DirectoryNode, path = ''): Generator<Entry> {
  for (const [name, node] of directory.children) {
    const file = below(path, name)
    yield {path: file, node}
    if (node.kind === 'directory') yield* entriesOf(node, file)
  }
}

/** Paths that differ in more than times. What both trees share is not walked. */
export function* differences(before: DirectoryNode, after: DirectoryNode, path = ''): Generator<string> {
  if (before === after || before.digest === after.digest) return
  for (const [name, was] of before.children) {
    const file = below(path, name)
    const is = after.children.get(name)
    if (was === is) continue
    if (was.kind === 'directory' && is?.kind === 'directory') {
      if (was.mode !== is.mode) yield file
      yield* differences(was, is, file)
    } else if (is === undefined || isOther(was, is)) {
      yield file
      if (was.kind === 'directory') yield* pathsOf(was, file)
      if (is?.kind === 'directory') yield* pathsOf(is, file)
    }
  }
  for (const [name, is] of after.children) {
    if (before.children.has(name)) continue
    const file = below(path, name)
    yield file
    if (is.kind === 'directory') yield* pathsOf(is, file)
  }
}

function* pathsOf(directory: DirectoryNode, path: string): Generator<string> {
  for (const entry of entriesOf(directory, path)) yield entry.path
}

const isOther = (a: Node, b: Node): boolean => {
  if (a.kind === 'file' && b.kind === 'file') return a.hash !== b.hash || a.mode !== b.mode
  if (a.kind === 'link' && b.kind === 'link') return a.target !== b.target
  return true
}
