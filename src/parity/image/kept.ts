import {zstdCompressSync, zstdDecompressSync} from 'node:zlib'

import type {FileFact} from './facts.ts'
import type {Budget} from './limits.ts'
import {type Reduction, unchanged} from './reduction.ts'

/** How many bytes of a file at that path to keep at the most, or what to make of them instead; undefined for nothing. */
export type Wanted = (path: string) => number | Reduction | undefined

export const reductionAt = (wanted: Wanted, path: string): Reduction | undefined => {
  const wish = wanted(path)
  return typeof wish === 'number' ? unchanged(wish) : wish
}

/** Contents by the digest of the file, and by what was made of it. */
export interface Kept {
  put(sha256: string, reduction: string, content: Buffer): void
  get(sha256: string, reduction: string): Buffer | undefined
}

/** What is smaller does not shrink, and an image may have 50,000 such. */
const compressedFrom = 1024

/** Compressed, or where it is small a string of its bytes: a buffer of its own would be several times as large. */
type Stored = string | {compressed: Buffer; size: number}

/**
 * Compressed, because each layer that installs something brings the whole package database again, and which one counts is known only when
 * all layers have been read.
 */
export const keptIn = (budget: Budget): Kept => {
  /** by what was made of the files, then by their digests, which are their facts' own strings */
  const reductions = new Map<string, Map<string, Stored>>()
  return {
    put(sha256, reduction, content) {
      const contents = reductions.get(reduction) ?? new Map<string, Stored>()
      reductions.set(reduction, contents)
      if (contents.has(sha256)) return
      const stored = storedOf(content)
      budget.spend('keptBytes', typeof stored === 'string' ? stored.length : stored.compressed.length)
      contents.set(sha256, stored)
    },
    get(sha256, reduction) {
      const found = reductions.get(reduction)?.get(sha256)
      if (found === undefined) return undefined
      if (typeof found === 'string') return Buffer.from(found, 'latin1')
      return zstdDecompressSync(found.compressed, {maxOutputLength: found.size})
    },
  }
}

const storedOf = (content: Buffer): Stored =>
  content.length < compressedFrom
    ? content.toString('latin1')
    : {compressed: zstdCompressSync(content), size: content.length}

/** What was kept of that file. */
export const keptOf = (kept: Kept, wanted: Wanted, fact: FileFact | undefined): Buffer | undefined => {
  if (fact?.sha256 === undefined) return undefined
  // A second name of a wanted file, or a path of its own that nobody asked for: then the content as it is, if that is there.
  return kept.get(fact.sha256, reductionAt(wanted, fact.path)?.name ?? '')
}
