import {createHash} from 'node:crypto'

import type {SourceDirectory, SourceNode} from '../../src/lifecycle/ports.ts'

/** A file's content, a file with its mode, a link, or (path with a slash at its end) a directory with its mode. */
export type TreeEntry = string | {content?: string; mode?: number} | {link: string}

const mtimeMs = 1_700_000_000_000

/** The tree of a snapshot: `tree({'src/a.js': 'content', 'bin/run': {content: 'x', mode: 0o755}, 'empty/': {}, 'latest': {link: 'src'}})`. */
export const tree = (entries: Readonly<Record<string, TreeEntry>>): SourceDirectory => {
  const root = draft()
  for (const [path, entry] of Object.entries(entries)) {
    const parts = path.split('/').filter((part) => part !== '')
    const last = path.endsWith('/') ? undefined : parts.pop()
    let at = root
    for (const part of parts) {
      const next = at.children.get(part)
      const directory = next !== undefined && 'children' in next ? next : draft()
      at.children.set(part, directory)
      at = directory
    }
    if (last !== undefined) at.children.set(last, leafOf(entry))
    else if (typeof entry === 'object' && 'mode' in entry) at.mode = entry.mode ?? at.mode
  }
  return frozen(root)
}

interface Draft {
  mode: number
  children: Map<string, Draft | Exclude<SourceNode, SourceDirectory>>
}

const draft = (): Draft => ({mode: 0o755, children: new Map()})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const leafOf = (entry: TreeEntry): Exclude<SourceNode, SourceDirectory> => {
  if (typeof entry === 'object' && 'link' in entry) return {kind: 'link', target: entry.link, mtimeMs}
  const {content = '', mode = 0o644} = typeof entry === 'string' ? {content: entry} : entry
  return {kind: 'file', mode, size: Buffer.byteLength(content), hash: sha256(content), mtimeMs}
}

const frozen = ({mode, children}: Draft): SourceDirectory => {
  const nodes = new Map<string, SourceNode>(
    [...children]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [name, 'children' in child ? frozen(child) : child]),
  )
  const digest = sha256([...nodes].map(([name, node]) => `${name}\0${recordOf(node)}\0`).join(''))
  return {kind: 'directory', mode, mtimeMs, digest, children: nodes}
}

const recordOf = (node: SourceNode): string => {
  if (node.kind === 'file') return `file\0${node.mode}\0${node.hash}`
  if (node.kind === 'link') return `link\0${node.target}`
  return `directory\0${node.mode}\0${node.digest}`
}
