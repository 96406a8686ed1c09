import {createHash} from 'node:crypto'

import type {Entry} from './entry.ts'

/**
 * The digest of a snapshot: every path with its kind, mode and content or target. Each field ends with a NUL, which no path
 * holds, so that no two trees are written the same. Times are left out: touching a file makes no other image.
 *
 * The ignore rules count although an ignored ignore file enters no image: a change of them is a change of the build.
 */
export const digestOf = (entries: readonly Entry[], ignoreRules: string): string => {
  const digest = createHash('sha256').update(`imm snapshot 1\0${ignoreRules}\0`)
  for (const entry of entries) digest.update(record(entry))
  return `sha256:${digest.digest('hex')}`
}

const record = (entry: Entry): string => {
  const mode = entry.mode.toString(8)
  if (entry.kind === 'file') return `file\0${mode}\0${entry.path}\0${entry.hash}\0`
  if (entry.kind === 'directory') return `directory\0${mode}\0${entry.path}\0`
  // A link has no permissions of its own.
  return `link\0${entry.path}\0${entry.target}\0`
}

/** One order on every machine, parents before what they hold. */
export const inOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
