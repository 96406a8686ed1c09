import {createHash, hash} from 'node:crypto'
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs'
import type {Stats} from 'node:fs'
import {open} from 'node:fs/promises'
import type {FileHandle} from 'node:fs/promises'

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

/** What one look at a file gave. */
export interface Hashed {
  stat: Stats
  /** sha256 of the content, hex */
  hash: string
  /** epoch ms when reading began */
  hashedAtMs: number
}

/** `moving`: it changed while it was read; `large`: more than one piece; undefined: no regular file any more. */
export type Reading = Hashed | 'moving' | 'large' | undefined

let scratch: Buffer | undefined

/** Reads a small file in one go. Four system calls without a promise: with many small files, those cost more than the reading. */
export const hashSmallFile = (file: string): Reading => {
  let descriptor: number
  try {
    descriptor = openSync(file, flags)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
  try {
    const hashedAtMs = Date.now()
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) return undefined
    if (stat.size >= pieceBytes) return 'large'
    scratch ??= Buffer.allocUnsafeSlow(pieceBytes)
    const bytesRead = readSync(descriptor, scratch, 0, stat.size + 1, 0)
    if (bytesRead !== stat.size) return 'moving'
    return {stat, hash: hash('sha256', scratch.subarray(0, bytesRead)), hashedAtMs}
  } finally {
    closeSync(descriptor)
  }
}

/** Reads a file of any size in pieces. */
export const hashLargeFile = async (file: string, signal: AbortSignal): Promise<Exclude<Reading, 'large'>> => {
  await using handle = await openFile(file)
  if (handle === undefined) return undefined
  const hashedAtMs = Date.now()
  const stat = await handle.stat()
  if (!stat.isFile()) return undefined
  const digest = createHash('sha256')
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let read = 0; ;) {
    signal.throwIfAborted()
    const {bytesRead} = await handle.read(piece, 0, piece.length)
    read += bytesRead
    if (read > stat.size || (bytesRead === 0 && read < stat.size)) return 'moving'
    if (bytesRead === 0) return {stat, hash: digest.digest('hex'), hashedAtMs}
    digest.update(piece.subarray(0, bytesRead))
  }
}
