import {promisify} from 'node:util'
import {brotliDecompress, unzip, zstdDecompress} from 'node:zlib'

const decoders: Readonly<Record<string, (body: Buffer, options: {maxOutputLength: number}) => Promise<Buffer>>> = {
  gzip: promisify(unzip),
  'x-gzip': promisify(unzip),
  deflate: promisify(unzip),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
}

/** A body without its coding (`Content-Encoding`); undefined where that is unknown, a lie, or makes too much of little. */
export const decodeBody = async (body: Buffer, coding: string, mostBytes: number): Promise<Buffer | undefined> => {
  let bytes = body
  // The one applied last is undone first.
  for (const name of coding.toLowerCase().split(',').map(trimmed).filter(isCoding).toReversed()) {
    const decode = decoders[name]
    if (decode === undefined) return undefined
    // The answer to HEAD says how a body would be coded.
    if (bytes.length === 0) return bytes
    try {
      bytes = await decode(bytes, {maxOutputLength: mostBytes})
    } catch {
      return undefined
    }
  }
  return bytes.length > mostBytes ? undefined : bytes
}

const trimmed = (text: string): string => text.trim()

const isCoding = (name: string): boolean => name !== '' && name !== 'identity'
