import type {DirectoryNode, Left, Node} from './node.ts'
import {directoryNode} from './node.ts'

/** A directory that is being changed, with those inside of it that are. */
interface Draft {
  base: DirectoryNode
  mode: number
  mtimeMs: number
  children: Map<string, Node>
  left: Map<string, Left>
  inside: Map<string, Draft>
}

/** Changes of a few paths of a tree: what lies off the ways to them is shared. */
export interface Edit {
  /** What is at a path by now. */
  get(names: readonly string[]): Node | undefined
  /** Its parent must be a directory. */
  put(names: readonly string[], node: Node | Left | undefined): void
  /** Gives a directory other attributes. */
  describe(names: readonly string[], attributes: {mode: number; mtimeMs: number}): void
  /** The tree as it is now. `isKept` decides about directories that became empty. */
  done(isKept: (directory: string) => boolean): DirectoryNode
}

export const editOf = (root: DirectoryNode): Edit => {
  const top = draftOf(root)
  const draftAt = (names: readonly string[]): Draft => {
    let draft = top
    for (const name of names) {
      let next = draft.inside.get(name)
      if (next === undefined) {
        next = draftOf(draft.children.get(name) as DirectoryNode)
        draft.inside.set(name, next)
      }
      draft = next
    }
    return draft
  }
  return {
    get: (names) => {
      let draft: Draft | undefined = top
      let node: Node | undefined = root
      for (const name of names) {
        if (node?.kind !== 'directory') return undefined
        node = (draft?.children ?? node.children).get(name)
        draft = draft?.inside.get(name)
      }
      return node
    },
    put: (names, node) => {
      const name = names.at(-1) ?? ''
      const {children, left, inside} = draftAt(names.slice(0, -1))
      inside.delete(name)
      left.delete(name)
      // One that was there keeps its place, so that nothing need be put in order.
      if (node === undefined || typeof node === 'string') children.delete(name)
      else children.set(name, node)
      if (typeof node === 'string') left.set(name, node)
    },
    describe: (names, {mode, mtimeMs}) => {
      Object.assign(draftAt(names), {mode, mtimeMs})
    },
    done: (isKept) => finish(top, '', isKept),
  }
}

const draftOf = (base: DirectoryNode): Draft => ({
  base,
  mode: base.mode,
  mtimeMs: base.mtimeMs,
  children: new Map(base.children),
  left: new Map(base.left),
  inside: new Map(),
})

const finish = (draft: Draft, path: string, isKept: (directory: string) => boolean): DirectoryNode => {
  for (const [name, inner] of draft.inside) {
    const directory = path === '' ? name : `${path}/${name}`
    const node = finish(inner, directory, isKept)
    if (node.children.size > 0 || isKept(directory)) draft.children.set(name, node)
    else draft.children.delete(name)
  }
  return directoryNode(draft, draft.base)
}
