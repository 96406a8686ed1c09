import type {ImageEntry, LayerItem, SourceDirectory, SourceNode} from '../../src/lifecycle/ports.ts'

/** A path of an image, or of the context. */
export interface Entry {
  kind: 'file' | 'directory' | 'link'
  mode: number
  uid: number
  gid: number
  /** of a file; target of a link */
  content: string
}

/** By absolute path; the root is `/`. */
export type Files = Map<string, Entry>

export class BuildFails extends Error {}

export const directory = (mode = 0o755, uid = 0, gid = 0): Entry => ({kind: 'directory', mode, uid, gid, content: ''})

export const filesOf = (tree: SourceDirectory): Files => {
  const files: Files = new Map([['/', directory()]])
  const add = (at: string, node: SourceNode) => {
    const mode = node.kind === 'link' ? 0o777 : node.mode
    const content = node.kind === 'file' ? node.hash : node.kind === 'link' ? node.target : ''
    files.set(at, {kind: node.kind, mode, uid: 0, gid: 0, content})
    if (node.kind === 'directory') for (const [name, child] of node.children) add(`${at}/${name}`, child)
  }
  for (const [name, child] of tree.children) add(`/${name}`, child)
  return files
}

/** Where a path leads when links are followed inside the root. */
export const resolve = (files: Files, path: string, hops = 0): string => {
  if (hops > 20) throw new BuildFails('too many links')
  let at = ''
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  for (const [index, part] of parts.entries()) {
    if (part === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
      continue
    }
    const next = `${at}/${part}`
    const entry = files.get(next)
    if (entry?.kind === 'link') {
      const target = entry.content.startsWith('/') ? entry.content : `${at}/${entry.content}`
      return resolve(files, [target, ...parts.slice(index + 1)].join('/'), hops + 1)
    }
    at = next
  }
  return at || '/'
}

export const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/'

export const removeAll = (files: Files, path: string): void => {
  for (const each of files.keys()) if (each === path || each.startsWith(`${path}/`)) files.delete(each)
}

/** As the OCI image-spec has it, and strict where imm must be: every directory that something lies in is named before it. */
export const applyLayer = (image: Files, items: readonly LayerItem[], contentOf: (source: string) => string): Files => {
  const result: Files = new Map(image)
  const named = new Set(['/'])
  for (const item of items) {
    if (!named.has(parentOf(item.path))) throw new Error(`${item.path} comes without ${parentOf(item.path)}`)
    if (item.kind === 'opaque') throw new Error('no directory is replaced by another')
    if (item.kind === 'whiteout') {
      if (!result.has(item.path)) throw new Error(`${item.path} is taken away and is not there`)
      removeAll(result, item.path)
      continue
    }
    if (named.has(item.path)) throw new Error(`${item.path} comes twice`)
    if (!(item.kind === 'directory' && result.get(item.path)?.kind === 'directory')) removeAll(result, item.path)
    if (item.kind === 'directory') named.add(item.path)
    const content = item.kind === 'file' ? contentOf(item.source) : item.kind === 'link' ? item.target : ''
    const mode = item.kind === 'link' ? 0o777 : item.mode
    result.set(item.path, {kind: item.kind, mode, uid: item.uid, gid: item.gid, content})
  }
  return result
}

/** The answers of an engine. */
export const lookAt = (image: Files, paths: readonly string[]): Map<string, ImageEntry> =>
  new Map(
    paths.flatMap((path) => {
      const entry = image.get(path)
      return entry === undefined ? [] : [[path, {...entry, mtimeMs: 0}]]
    }),
  )
