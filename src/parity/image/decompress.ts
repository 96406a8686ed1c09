import type {Transform} from 'node:stream'
import {constants, createGunzip, createZstdDecompress} from 'node:zlib'

import type {Compression} from './facts.ts'

export const compressionOf = (head: Buffer): Compression => {
  if (head.length >= 2 && head.readUInt16BE() === 0x1f8b) return 'gzip'
  return head.length >= 4 && head.readUInt32LE() === zstdMagic ? 'zstd' : 'none'
}

const zstdMagic = 0xfd2fb528

/** The window is memory that the archive asks for: 64 MiB is more than any layer's. */
const zstdWindowLog = 26

const chunkSize = 256 * 1024

export const decompressor = (compression: Exclude<Compression, 'none'>): Transform =>
  compression === 'gzip'
    ? createGunzip({chunkSize})
    : createZstdDecompress({chunkSize, params: {[constants.ZSTD_d_windowLogMax]: zstdWindowLog}})
