import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {isSettled, sameStat} from './entry.ts'
import type {Place} from './place.ts'
import {hashFile} from './read.ts'
import {look} from './scan.ts'
import type {Contents, HashCache} from './snapshot.ts'

/** Files of one batch that are read to tell a touched one from a changed one; with more, the snapshot reads them anyway. */
const readAtMost = 64

/**
 * Tells what differs from the last snapshot. A batch in which nothing does is no change: temporary files that are gone again, a
 * file that was touched, written again with the same content, or edited before the snapshot that has it already.
 */
export const comparison = (place: Place, contents: Contents, cache: HashCache) => {
  let left = readAtMost
  return async (file: string, signal: AbortSignal): Promise<boolean> => {
    const known = contents.entries.get(file)
    try {
      const found = look(place, file)
      const now = found === 'special' ? undefined : found
      if (known === undefined || now === undefined) return known !== now
      if (now.kind === 'link' && known.kind === 'link') return now.target !== known.target
      if (now.kind !== known.kind || now.mode !== known.mode) return true
      if (now.kind !== 'file' || known.kind !== 'file') return false
      if (sameStat(now, known) && isSettled(known)) return false
      if (now.size !== known.size || left-- <= 0) return true
      const hashed = await hashFile(path.join(place.context, file), file, signal)
      if (hashed === undefined || hashed === 'moving' || hashed.hash !== known.hash) return true
      cache.set(file, hashed)
      return false
    } catch {
      signal.throwIfAborted()
      // Not to be read: the snapshot says so, with its name.
      return true
    }
  }
}

/** What a file outside of every snapshot holds, to compare; empty for one that is not there or can't be read. */
export const fingerprint = async (file: string): Promise<string> => {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  } catch {
    return ''
  }
}

/** By absolute path. */
export type Fingerprints = Map<string, string>

export const fingerprints = async (files: readonly string[]): Promise<Fingerprints> =>
  new Map(await Promise.all(files.map(async (file) => [file, await fingerprint(file)] as const)))
