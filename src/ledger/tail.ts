import {open, type FileHandle} from 'node:fs/promises'

import {isSystemError} from '../socket/system-error.ts'
import {entryOf, genesis} from './chain.ts'
import type {Link} from './entry.ts'
import {endedFiles, type Place} from './files.ts'
import {linesOf} from './lines.ts'

/** Where the next entry goes. */
export interface Tail {
  /** of the last entry */
  link: Link
  /** bytes up to the end of the last whole line */
  bytes: number
  /** bytes after it: a line that was not written to its end */
  torn: number
  /** the last line is whole but for its line break */
  unbroken: boolean
}

const chunkBytes = 64 * 1024

/** The end of a ledger. A whole line that is not as it was written stays, for `imm history --verify` to find: the chain goes on after the one before. */
export const readTail = async (place: Place): Promise<Tail> => {
  const tail = await tailOf(place.current)
  if (tail?.link) return {...tail, link: tail.link}
  const ended = (await endedFiles(place)).at(-1)
  const before = ended === undefined ? undefined : await tailOf(ended)
  return {bytes: 0, torn: 0, unbroken: false, ...tail, link: before?.link ?? genesis(place.id)}
}

type FileTail = Omit<Tail, 'link'> & {link: Link | undefined}

const tailOf = async (file: string): Promise<FileTail | undefined> => {
  try {
    await using handle = await open(file, 'r')
    const {size} = await handle.stat()
    for (let wanted = chunkBytes; ; wanted *= 8) {
      const start = Math.max(0, size - wanted)
      const tail = lookAt(await read(handle, start, size - start), start)
      if (tail.link || start === 0) return tail
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

const read = async (handle: FileHandle, start: number, length: number): Promise<Buffer> => {
  const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, start)
  return buffer.subarray(0, bytesRead)
}

/** The end of a file, of which the bytes from `start` on are known. */
const lookAt = (bytes: Buffer, start: number): FileTail => {
  const {lines, rest} = linesOf(bytes)
  const unbroken = entryOf(rest)
  if (unbroken) return {link: unbroken, bytes: start + bytes.length, torn: 0, unbroken: true}
  const link = lines.toReversed().reduce<Link | undefined>((found, line) => found ?? entryOf(line), undefined)
  return {link, bytes: start + bytes.length - rest.length, torn: rest.length, unbroken: false}
}
