import path from 'node:path'

import {ImmError} from '../errors.ts'
import type {Snapshot} from '../lifecycle/ports.ts'
import {ahead} from './ahead.ts'
import {digestOf, inOrder} from './digest.ts'
import type {Entry, FileEntry, FoundFile} from './entry.ts'
import {isSettled, sameStat} from './entry.ts'
import {readIgnoreRules} from './ignore.ts'
import type {Place} from './place.ts'
import {shown, unreadable} from './place.ts'
import {hashFile} from './read.ts'
import {scan} from './scan.ts'
import {warningsOf} from './warnings.ts'

/** Everything a snapshot holds. */
export interface Contents {
  /** by path, in the order of the digest */
  entries: ReadonlyMap<string, Entry>
  /** digest of the ignore rules */
  rules: string
}

/** Files read before, by path: only those whose stat changed since are read again. */
export type HashCache = Map<string, FileEntry>

/** Open files at a time: past 16 nothing gets faster, and the limit of a process can be as low as 256. */
const openFiles = 16

/** Reads what would enter the image now. Contents and cache belong to one place. */
export const takeSnapshot = async (
  place: Place,
  cache: HashCache,
  signal: AbortSignal,
): Promise<{snapshot: Snapshot; contents: Contents}> => {
  signal.throwIfAborted()
  const rules = await readIgnoreRules(place, 'refuse', signal)
  const found = await scan(place, rules, 'refuse', signal)
  const entries: Entry[] = []
  const unread: FoundFile[] = []
  for (const entry of found.entries.values()) {
    const known = entry.kind === 'file' ? reuse(entry, cache) : entry
    if (known === undefined) unread.push(entry as FoundFile)
    else entries.push(known)
  }
  for await (const entry of ahead(unread, openFiles, (file) => hash(place, file, signal))) {
    if (entry === undefined) continue
    cache.set(entry.path, entry)
    entries.push(entry)
  }
  for (const file of cache.keys()) if (!found.entries.has(file)) cache.delete(file)
  const ordered = inOrder(entries)
  const files = ordered.filter((entry) => entry.kind === 'file')
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  return {
    snapshot: {
      digest: digestOf(ordered, rules.digest),
      files: ordered.filter((entry) => entry.kind !== 'directory').length,
      bytes,
      warnings: warningsOf(place, files, bytes, found),
    },
    contents: {entries: new Map(ordered.map((entry) => [entry.path, entry])), rules: rules.digest},
  }
}

const reuse = (file: FoundFile, cache: HashCache): FileEntry | undefined => {
  const known = cache.get(file.path)
  if (known === undefined || !sameStat(known, file) || !isSettled(known)) return undefined
  // The mode is no part of the content: it is what the walk saw.
  return known.mode === file.mode ? known : {...known, mode: file.mode}
}

const hash = async (place: Place, {path: file}: FoundFile, signal: AbortSignal): Promise<FileEntry | undefined> => {
  try {
    const hashed = await hashFile(path.join(place.context, file), file, signal)
    if (hashed !== 'moving') return hashed
  } catch (error) {
    signal.throwIfAborted()
    throw unreadable(place, file, error)
  }
  throw new ImmError('SNAPSHOT_MOVED', `${shown(place, file)} changed each time it was read.`, {
    next: `If a program writes it all the time, keep it out of the image with the line \`${file}\` in .dockerignore.`,
  })
}
