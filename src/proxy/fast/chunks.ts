import {isReturned} from '../headers.ts'

/** Follows a body in chunks (RFC 9112 7.1) that is passed on as it comes. */
export interface Chunks {
  /** what comes next; `done` once the end was seen, `broken` where there can be none */
  at: 'size' | 'extension' | 'size end' | 'data' | 'data end' | 'data end 2' | Trailer | 'done' | 'broken'
  /** the chunk's size as far as it was read; of its data, what is to come */
  left: number
  digits: number
  /** of extensions */
  extraBytes: number
  dataBytes: number
  /** the lines of the trailer section, as they came */
  trailers: string
}

type Trailer = 'trailer' | 'name' | 'value' | 'trailer end' | 'next trailer' | 'last end'

export const newChunks = (): Chunks => ({at: 'size', left: 0, digits: 0, extraBytes: 0, dataBytes: 0, trailers: ''})

const maxExtraBytes = 8 * 1024
const maxDigits = 13
const cr = 13
const lf = 10
const colon = 58
const semicolon = 59

/**
 * Takes the bytes from `from` on and returns where the body ends in them, or their end. `cuts` gets where each part begins and ends that is
 * not passed on as it is: extensions, which are for this hop alone (RFC 9112 7.1.1), and trailers.
 */
export const followChunks = (chunks: Chunks, bytes: Buffer, from: number, cuts: number[]): number => {
  let index = from
  if (isCut(chunks.at)) cuts.push(index)
  while (index < bytes.length && chunks.at !== 'done' && chunks.at !== 'broken') {
    if (chunks.at === 'data') {
      const take = Math.min(chunks.left, bytes.length - index)
      chunks.left -= take
      chunks.dataBytes += take
      index += take
      if (chunks.left === 0) chunks.at = 'data end'
      continue
    }
    const was = chunks.at
    chunks.at = step(chunks, bytes[index] as number)
    if (isCut(was) !== isCut(chunks.at)) cuts.push(index)
    index++
  }
  if (isCut(chunks.at)) cuts.push(index)
  return index
}

const isCut = (at: Chunks['at']): boolean =>
  at === 'extension' || at === 'name' || at === 'value' || at === 'trailer end' || at === 'next trailer'

const step = (chunks: Chunks, byte: number): Chunks['at'] => {
  switch (chunks.at) {
    case 'size': {
      const digit = hexDigit(byte)
      if (digit >= 0) {
        chunks.left = chunks.left * 16 + digit
        return ++chunks.digits > maxDigits ? 'broken' : 'size'
      }
      if (chunks.digits === 0) return 'broken'
      if (byte === cr) return 'size end'
      return byte === semicolon ? 'extension' : 'broken'
    }
    case 'extension':
      if (byte === cr) return 'size end'
      return isFieldByte(byte) && ++chunks.extraBytes <= maxExtraBytes ? 'extension' : 'broken'
    case 'size end':
      if (byte !== lf) return 'broken'
      chunks.digits = 0
      return chunks.left === 0 ? 'trailer' : 'data'
    case 'data end':
      return byte === cr ? 'data end 2' : 'broken'
    case 'data end 2':
      return byte === lf ? 'size' : 'broken'
    case 'trailer':
    case 'next trailer':
      if (byte === cr) return 'last end'
      return tokenBytes[byte] === 1 ? collect(chunks, byte, 'name') : 'broken'
    case 'name':
      if (byte === colon) return collect(chunks, byte, 'value')
      return tokenBytes[byte] === 1 ? collect(chunks, byte, 'name') : 'broken'
    case 'value':
      if (byte === cr) return collect(chunks, byte, 'trailer end')
      return isFieldByte(byte) ? collect(chunks, byte, 'value') : 'broken'
    case 'trailer end':
      return byte === lf ? collect(chunks, byte, 'next trailer') : 'broken'
    case 'last end':
      return byte === lf ? 'done' : 'broken'
    case 'data':
    case 'done':
    case 'broken':
    default:
      return chunks.at
  }
}

const collect = (chunks: Chunks, byte: number, at: Chunks['at']): Chunks['at'] => {
  chunks.trailers += String.fromCharCode(byte)
  return chunks.trailers.length <= maxExtraBytes ? at : 'broken'
}

const tokenBytes = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  tokenBytes[char.charCodeAt(0)] = 1

const isFieldByte = (byte: number): boolean => (byte >= 32 && byte !== 127) || byte === 9

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

/** Without what is for this hop alone, or would say something else of the answer than its head did (RFC 9110 6.5.1). */
export const passedTrailers = (lines: string): string =>
  lines.replaceAll(/([^:\r\n]*):[^\r\n]*\r\n/g, (line, name: string) => (isReturned(name) ? line : ''))
