import {createHash, type Hash} from 'node:crypto'
import {createReadStream, createWriteStream} from 'node:fs'
import {open} from 'node:fs/promises'
import type {Duplex} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {createGunzip, createZstdDecompress} from 'node:zlib'

import {ImmError} from '../../../errors.ts'
import {withTimes, type Times} from './tar-times.ts'

/** A layer's tar on disk. */
export interface LayerFile {
  file: string
  /** of the uncompressed tar, `sha256:<hex>` */
  digest: string
  bytes: number
}

/** Writes a layer of that digest with other times into another file. */
export const rewriteLayer = async (
  {file, digest}: {file: string; digest: string},
  target: string,
  times: Times,
  epochS: number,
  signal: AbortSignal,
): Promise<LayerFile> => {
  const given = createHash('sha256')
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(
    withTimes(noted(await tarIn(file), given), times, epochS),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    },
    createWriteStream(target),
    {signal},
  )
  if (`sha256:${given.digest('hex')}` !== digest)
    throw new ImmError('ENGINE_REFUSED', `exporting the image: layer ${digest} holds something else`)
  return {file: target, digest: `sha256:${hash.digest('hex')}`, bytes}
}

async function* noted(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}

/** The store of containerd keeps layers as they were pushed: compressed. */
const tarIn = async (file: string): Promise<AsyncIterable<Buffer>> => {
  const expand = await expander(file)
  const raw = createReadStream(file, {highWaterMark: 256 * 1024})
  if (expand === undefined) return raw as AsyncIterable<Buffer>
  raw.on('error', (error) => expand.destroy(error))
  expand.on('close', () => raw.destroy())
  return raw.pipe(expand) as AsyncIterable<Buffer>
}

/** What undoes the compression that a file begins with. */
const expander = async (file: string): Promise<Duplex | undefined> => {
  await using handle = await open(file)
  const {buffer} = await handle.read(Buffer.alloc(4), 0, 4, 0)
  if (buffer.readUInt16BE(0) === 0x1f_8b) return createGunzip()
  return buffer.readUInt32BE(0) === 0x28_b5_2f_fd ? createZstdDecompress() : undefined
}
