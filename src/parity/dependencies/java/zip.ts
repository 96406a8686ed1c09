import {inflateRawSync} from 'node:zlib'

import {type Problem, problem} from '../../reduced/problem.ts'

export interface ZipEntry {
  name: string
  method: number
  /** as it is in the file */
  stored: number
  /** of its own header */
  offset: number
}

const signatures = {end: 0x06054b50, central: 0x02014b50, local: 0x04034b50}
const bytesOf = {end: 22, central: 46, local: 30}
const longestComment = 65_535

/** What a zip's directory lists, at its end: whatever else looks like an entry is none (APPNOTE.TXT 4.3). */
export function* entriesOf(zip: Buffer): Generator<ZipEntry, Problem | undefined, undefined> {
  const end = endOf(zip)
  if (end === -1) return problem('it is no zip archive')
  const count = zip.readUInt16LE(end + 10)
  const start = zip.readUInt32LE(end + 16)
  if (count === 0xffff || start === 0xffffffff) return problem('it is a zip archive of more than 65,534 files or 4 GiB')
  // What is in front of the archive, as a script that starts it, is no part of it: Java counts from the end, too.
  let at = end - zip.readUInt32LE(end + 12)
  const before = at - start
  if (at < 0 || before < 0) return problem('its directory is damaged')
  for (let each = 0; each < count; each++) {
    if (at + bytesOf.central > end || zip.readUInt32LE(at) !== signatures.central)
      return problem('its directory is damaged')
    const nameEnd = at + bytesOf.central + zip.readUInt16LE(at + 28)
    if (nameEnd > end) return problem('its directory is damaged')
    yield {
      name: zip.toString('latin1', at + bytesOf.central, nameEnd),
      method: zip.readUInt16LE(at + 10),
      stored: zip.readUInt32LE(at + 20),
      offset: before + zip.readUInt32LE(at + 42),
    }
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return undefined
}

const endOf = (zip: Buffer): number => {
  const first = Math.max(zip.length - bytesOf.end - longestComment, 0)
  for (let at = zip.length - bytesOf.end; at >= first; at--) if (zip.readUInt32LE(at) === signatures.end) return at
  return -1
}

const store = 0
const deflate = 8

/** An entry's content, where it is no larger than that; what it says of its size is not believed. */
export const contentOf = (zip: Buffer, {method, stored, offset}: ZipEntry, most: number): Buffer | undefined => {
  if (offset + bytesOf.local > zip.length || zip.readUInt32LE(offset) !== signatures.local) return undefined
  const start = offset + bytesOf.local + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  if (start + stored > zip.length) return undefined
  const bytes = zip.subarray(start, start + stored)
  if (method === store) return bytes.length <= most ? bytes : undefined
  if (method !== deflate) return undefined
  try {
    return inflateRawSync(bytes, {maxOutputLength: most})
  } catch {
    return undefined
  }
}
