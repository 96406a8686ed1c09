import {refused} from './failures.ts'

const kib = 1024
const mib = 1024 * kib
const gib = 1024 * mib

/** How much of it one archive may ask imm to read and to hold. Far above what images have, far below what takes a machine down. */
export interface Limits {
  /** files, directories, links and deletions of all layers */
  entries: number
  /** bytes of all their paths and link targets */
  nameBytes: number
  /** bytes of one path */
  pathBytes: number
  /** bytes of all layers, decompressed */
  plainBytes: number
  /** bytes that come out for each that goes in; asked only past `ratioFromBytes`, because a file of zeros is no attack */
  ratio: number
  ratioFromBytes: number
  /** bytes of one manifest or image config */
  metadataBytes: number
  /** bytes of all of them, and of what is kept of files, compressed */
  keptBytes: number
}

export const defaultLimits: Limits = {
  entries: 2_000_000,
  nameBytes: 256 * mib,
  pathBytes: 4096,
  plainBytes: 64 * gib,
  ratio: 250,
  ratioFromBytes: 2 * gib,
  metadataBytes: 4 * mib,
  keptBytes: 128 * mib,
}

type Spent = 'entries' | 'nameBytes' | 'plainBytes' | 'keptBytes'

const named: Record<Spent, string> = {
  entries: 'files',
  nameBytes: 'bytes of file names',
  plainBytes: 'bytes of layers',
  keptBytes: 'bytes of manifests and of what is kept of files',
}

export interface Budget {
  limits: Limits
  spend(what: Spent, amount: number): void
}

/** One for each archive: what its layers take together counts. */
export const budgetOf = (limits: Limits): Budget => {
  const spent: Record<Spent, number> = {entries: 0, nameBytes: 0, plainBytes: 0, keptBytes: 0}
  return {
    limits,
    spend(what, amount) {
      spent[what] += amount
      if (spent[what] > limits[what])
        throw refused(`the archive holds more than ${limits[what]} ${named[what]}, which is where imm stops reading`)
    },
  }
}
