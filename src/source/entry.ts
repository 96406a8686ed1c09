import type {Stats} from 'node:fs'

/** What enters the image under one path, relative to the context with `/`. */
export type Entry = FileEntry | DirectoryEntry | LinkEntry

export interface FileEntry extends Found {
  kind: 'file'
  size: number
  mtimeMs: number
  ctimeMs: number
  ino: number
  /** sha256 of the content, hex */
  hash: string
  /** epoch ms when reading began */
  hashedAtMs: number
}

export interface DirectoryEntry extends Found {
  kind: 'directory'
  mtimeMs: number
}

export interface LinkEntry extends Found {
  kind: 'link'
  mtimeMs: number
  target: string
}

interface Found {
  path: string
  /** permission bits as they enter the image */
  mode: number
}

/** A file as the walk sees it: not read yet. */
export type FoundFile = Omit<FileEntry, 'hash' | 'hashedAtMs'>

/**
 * The bits that Docker sends: permissions with setuid, setgid and sticky, the umask not undone. Windows has none, so
 * Docker gives everything 0755 there.
 */
export const modeOf = (stat: Stats): number => (process.platform === 'win32' ? 0o755 : stat.mode & 0o7777)

export const foundFile = (path: string, stat: Stats): FoundFile => ({
  kind: 'file',
  path,
  mode: modeOf(stat),
  size: stat.size,
  mtimeMs: stat.mtimeMs,
  ctimeMs: stat.ctimeMs,
  ino: stat.ino,
})

export const sameStat = (a: FoundFile, b: FoundFile): boolean =>
  a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino

/**
 * Whether a stat that is still the same proves that the content is: not where the file was written so shortly before it was
 * read that a second write could have got the same time stamp. Whole seconds mean that the file system keeps no finer ones
 * (ctime, which no program can set, tells).
 */
export const isSettled = (file: FileEntry): boolean => {
  const granularityMs = file.ctimeMs % 1000 === 0 ? 2000 : 50
  return file.hashedAtMs - Math.max(file.mtimeMs, file.ctimeMs) > granularityMs
}
