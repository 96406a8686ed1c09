import type {Stats} from 'node:fs'

import type {SourceDirectory, SourceFile, SourceLink} from '../lifecycle/ports.ts'
import {mayBeCredentials} from './credentials.ts'
import {directoryDigest} from './digest.ts'

/** What enters the image under one path. Never changed once made, so that snapshots share what is the same in both. */
export type Node = FileNode | DirectoryNode | SourceLink

/** Holds no path: a hundred thousand of these stay in memory. */
export interface FileNode extends SourceFile {
  readonly ctimeMs: number
  readonly ino: number
}

/** Why something that is there enters no image: a socket, FIFO or device; a name that is no valid UTF-8. */
export type Left = 'special' | 'unnameable'

export interface DirectoryNode extends SourceDirectory {
  readonly children: ReadonlyMap<string, Node>
  readonly left: ReadonlyMap<string, Left>
  /** files and links in here and below */
  readonly files: number
  readonly bytes: number
  /** how much in here and below is worth a warning */
  readonly notable: number
}

export const largeFileBytes = 100_000_000

/**
 * The bits that Docker sends: permissions with setuid, setgid and sticky, the umask not undone. Windows has none, so
 * Docker gives everything 0755 there.
 */
export const modeOf = (stat: Stats): number => (process.platform === 'win32' ? 0o755 : stat.mode & 0o7777)

export const fileNode = (stat: Stats, hash: string): FileNode => ({
  kind: 'file',
  mode: modeOf(stat),
  size: stat.size,
  hash,
  mtimeMs: stat.mtimeMs,
  ctimeMs: stat.ctimeMs,
  ino: stat.ino,
})

export const sameStat = (a: FileNode, b: Stats): boolean =>
  a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino

/**
 * Whether a stat that is still the same proves that the content is: not where the file was written so shortly before it was
 * read that a second write could have got the same time stamp. Whole seconds mean that the file system keeps no finer ones
 * (ctime, which no program can set, tells).
 */
export const isSettled = (file: FileNode, hashedAtMs: number): boolean => {
  const granularityMs = file.ctimeMs % 1000 === 0 ? 2000 : 50
  return hashedAtMs - Math.max(file.mtimeMs, file.ctimeMs) > granularityMs
}

const nothingLeft: ReadonlyMap<string, Left> = new Map()

export interface DirectoryParts {
  mode: number
  mtimeMs: number
  children: ReadonlyMap<string, Node>
  left: ReadonlyMap<string, Left>
}

/** A directory of these parts: the previous one itself where nothing differs. */
export const directoryNode = (parts: DirectoryParts, previous: DirectoryNode | undefined): DirectoryNode => {
  const {mode, mtimeMs} = parts
  if (previous !== undefined && isSame(parts.children, previous.children) && isSame(parts.left, previous.left))
    return previous.mode === mode && previous.mtimeMs === mtimeMs ? previous : {...previous, mode, mtimeMs}
  const children = inOrder(parts.children)
  const left = parts.left.size === 0 ? nothingLeft : inOrder(parts.left)
  let files = 0
  let bytes = 0
  let notable = left.size
  for (const [name, node] of children) {
    if (node.kind === 'directory') notable += node.notable
    else if (node.kind === 'file' && (node.size > largeFileBytes || mayBeCredentials(name))) notable++
    files += node.kind === 'directory' ? node.files : 1
    bytes += node.kind === 'directory' ? node.bytes : node.kind === 'file' ? node.size : 0
  }
  return {kind: 'directory', mode, mtimeMs, digest: directoryDigest(children), children, left, files, bytes, notable}
}

const isSame = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean => {
  if (a.size !== b.size) return false
  for (const [name, node] of a) if (b.get(name) !== node) return false
  return true
}

/** One order on every machine. */
const inOrder = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> => {
  let before = ''
  for (const name of map.keys()) {
    if (name < before) return new Map([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    before = name
  }
  return map
}
