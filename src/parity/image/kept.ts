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

/**
 * Compressed, because each layer that installs something brings the whole package database again, and which one counts is known only when
 * all layers have been read.
 */
export const keptIn = (budget: Budget): Kept => {
  const contents = new Map<string, {stored: Buffer; size: number}>()
  return {
    put(sha256, reduction, content) {
      const key = keyOf(sha256, reduction)
      if (contents.has(key)) return
      const stored = content.length < compressedFrom ? content : zstdCompressSync(content)
      budget.spend('keptBytes', stored.length)
      contents.set(key, {stored, size: content.length})
    },
    get(sha256, reduction) {
      const found = contents.get(keyOf(sha256, reduction))
      if (found === undefined || found.size < compressedFrom) return found?.stored
      return zstdDecompressSync(found.stored, {maxOutputLength: found.size})
    },
  }
}

const keyOf = (sha256: string, reduction: string): string => (reduction === '' ? sha256 : `${sha256} ${reduction}`)

/** What was kept of that file. */
export const keptOf = (kept: Kept, wanted: Wanted, fact: FileFact | undefined): Buffer | undefined => {
  if (fact?.sha256 === undefined) return undefined
  // A second name of a wanted file, or a path of its own that nobody asked for: then the content as it is, if that is there.
  return kept.get(fact.sha256, reductionAt(wanted, fact.path)?.name ?? '')
}
