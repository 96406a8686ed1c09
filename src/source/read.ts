import {createHash, hash} from 'node:crypto'
import {constants} from 'node:fs'
import {open} from 'node:fs/promises'
import type {FileHandle} from 'node:fs/promises'

import type {FoundFile} from './entry.ts'
import {foundFile} from './entry.ts'

/** Read in one go up to here, in pieces of this size above. */
export const pieceBytes = 1024 * 1024

// Never through a link, and never waiting for the writer of a FIFO that took the file's place.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Errors of a path that is no regular file any more. */
const goneCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'])

export const isGone = (error: unknown): boolean => goneCodes.has((error as NodeJS.ErrnoException).code ?? '')

/** Opens a regular file; undefined where there is none. Other errors (EACCES, EMFILE) reject as they are. */
export const openFile = async (file: string): Promise<FileHandle | undefined> => {
  try {
    return await open(file, flags)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** The content in pieces, each in memory of its own; ends early or goes past `size` when the file is being changed. */
export async function* pieces(handle: FileHandle, size: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (;;) {
    signal.throwIfAborted()
    // One byte more than expected tells a grown file from a whole one without another stat.
    const piece = Buffer.allocUnsafe(Math.min(size + 1, pieceBytes))
    const {bytesRead} = await handle.read(piece, 0, piece.length)
    if (bytesRead === 0) return
    yield piece.subarray(0, bytesRead)
  }
}

export interface Hashed extends FoundFile {
  hash: string
  hashedAtMs: number
}

const attempts = 3

/** What is in a file, from one look at it; undefined where it is gone or never holds still. */
export const hashFile = async (
  file: string,
  path: string,
  signal: AbortSignal,
): Promise<Hashed | 'moving' | undefined> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    signal.throwIfAborted()
    await using handle = await openFile(file)
    if (handle === undefined) return undefined
    const hashedAtMs = Date.now()
    const stat = await handle.stat()
    if (!stat.isFile()) return undefined
    const content = await digestOf(handle, stat.size, signal)
    if (content.size === stat.size) return {...foundFile(path, stat), hash: content.hash, hashedAtMs}
  }
  return 'moving'
}

const digestOf = async (
  handle: FileHandle,
  size: number,
  signal: AbortSignal,
): Promise<{hash: string; size: number}> => {
  if (size < pieceBytes) {
    const buffer = Buffer.allocUnsafe(size + 1)
    const {bytesRead} = await handle.read(buffer, 0, buffer.length)
    return {hash: hash('sha256', buffer.subarray(0, bytesRead)), size: bytesRead}
  }
  const digest = createHash('sha256')
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let read = 0; ;) {
    signal.throwIfAborted()
    const {bytesRead} = await handle.read(piece, 0, piece.length)
    read += bytesRead
    if (bytesRead === 0 || read > size) return {hash: digest.digest('hex'), size: read}
    digest.update(piece.subarray(0, bytesRead))
  }
}
