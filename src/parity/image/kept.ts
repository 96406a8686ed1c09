import {zstdCompressSync, zstdDecompressSync} from 'node:zlib'

import type {Budget} from './limits.ts'

/** How many bytes of a file at that path to keep at the most; undefined for none. */
export type Wanted = (path: string) => number | undefined

/** Contents by their digest. */
export interface Kept {
  put(sha256: string, content: Buffer): void
  get(sha256: string): Buffer | undefined
}

/**
 * Compressed, because each layer that installs something brings the whole package database again, and which one counts is known only when
 * all layers have been read.
 */
export const keptIn = (budget: Budget): Kept => {
  const contents = new Map<string, {compressed: Buffer; size: number}>()
  return {
    put(sha256, content) {
      if (contents.has(sha256)) return
      const compressed = zstdCompressSync(content)
      budget.spend('keptBytes', compressed.length)
      contents.set(sha256, {compressed, size: content.length})
    },
    get(sha256) {
      const found = contents.get(sha256)
      return found && zstdDecompressSync(found.compressed, {maxOutputLength: Math.max(found.size, 1)})
    },
  }
}
