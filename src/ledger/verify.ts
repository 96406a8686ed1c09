import type {AppId} from '../release/identity.ts'
import {entryOf, follows, genesis} from './chain.ts'
import type {Link} from './entry.ts'
import type {LedgerFile} from './read.ts'

/** What the proof of a ledger found. */
export type Proof =
  | {
      intact: true
      entries: number
      /** number of the first entry that is kept: above 1 where older ones were let go */
      first: number
      /** of the last entry: who notes it down can tell later that nothing was cut off; undefined in an empty ledger */
      hash: string | undefined
    }
  | {
      intact: false
      /** entries in front of the break */
      entries: number
      file: string
      /** 1-based, in that file */
      line: number
      problem: 'changed' | 'out of order' | 'torn' | 'begins late'
    }

/** Follows the chain through all kept files. `endedFiles`: how many are kept beside the current one before the oldest is let go. */
export const verifyChain = (files: readonly LedgerFile[], id: AppId, endedFiles: number): Proof => {
  let last: Link | undefined
  let first = 0
  let entries = 0
  for (const {path: file, lines, rest} of files) {
    const all = rest.length > 0 ? [...lines, rest] : lines
    for (const [index, line] of all.entries()) {
      const broken = (problem: Extract<Proof, {intact: false}>['problem']): Proof => ({
        intact: false,
        entries,
        file,
        line: index + 1,
        problem,
      })
      const entry = entryOf(line)
      if (!entry) return broken(line === rest ? 'torn' : 'changed')
      if (last === undefined) {
        first = entry.seq
        // Only what was let go for its age may be missing.
        if (first > 1 && files.length <= endedFiles) return broken('begins late')
      }
      const before = last ?? (entry.seq > 1 ? {seq: entry.seq - 1, hash: entry.prev} : genesis(id))
      if (!follows(entry, before)) return broken('out of order')
      last = entry
      entries += 1
    }
  }
  return {intact: true, entries, first, hash: last?.hash}
}
