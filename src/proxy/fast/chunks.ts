/** Follows a body in chunks (RFC 9112 7.1) that is passed on as it comes. */
export interface Chunks {
  /** what comes next; `done` once the end was seen, `broken` where there can be none */
  at: 'size' | 'extension' | 'size end' | 'data' | 'data end' | 'data end 2' | Trailer | 'done' | 'broken'
  /** the chunk's size as far as it was read; of its data, what is to come */
  left: number
  digits: number
  /** of extensions and trailers */
  extraBytes: number
  dataBytes: number
}

type Trailer = 'trailer' | 'name' | 'value' | 'trailer end' | 'last end'

export const newChunks = (): Chunks => ({at: 'size', left: 0, digits: 0, extraBytes: 0, dataBytes: 0})

const maxExtraBytes = 8 * 1024
const maxDigits = 13
const cr = 13
const lf = 10
const colon = 58
const semicolon = 59

/**
 * Takes the bytes from `from` on and returns where the body ends in them, or their end. Extensions are for this hop alone (RFC 9112
 * 7.1.1): `cuts` gets where each begins and ends.
 */
export const followChunks = (chunks: Chunks, bytes: Buffer, from: number, cuts: number[]): number => {
  let index = from
  if (chunks.at === 'extension') cuts.push(index)
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
    if ((was === 'extension') !== (chunks.at === 'extension')) cuts.push(index)
    index++
  }
  if (chunks.at === 'extension') cuts.push(index)
  return index
}

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
      return byte === cr ? 'last end' : inName(chunks, byte)
    case 'name':
      return byte === colon ? 'value' : inName(chunks, byte)
    case 'value':
      if (byte === cr) return 'trailer end'
      return isFieldByte(byte) && ++chunks.extraBytes <= maxExtraBytes ? 'value' : 'broken'
    case 'trailer end':
      return byte === lf ? 'trailer' : 'broken'
    case 'last end':
      return byte === lf ? 'done' : 'broken'
    case 'data':
    case 'done':
    case 'broken':
    default:
      return chunks.at
  }
}

const inName = (chunks: Chunks, byte: number): Chunks['at'] =>
  tokenBytes[byte] === 1 && ++chunks.extraBytes <= maxExtraBytes ? 'name' : 'broken'

const tokenBytes = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  tokenBytes[char.charCodeAt(0)] = 1

const isFieldByte = (byte: number): boolean => (byte >= 32 && byte !== 127) || byte === 9

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
