import {pipeline} from 'node:stream/promises'

import {ImmError} from '../../errors.ts'
import {compressionOf, decompressor} from './decompress.ts'
import type {Compression} from './facts.ts'
import {damaged, refused} from './failures.ts'
import type {Limits} from './limits.ts'
import {peek} from './peek.ts'
import {blockBytes} from './tar/header.ts'

export interface Plain {
  compression: Compression
  /** the first block, decompressed */
  head: Buffer
  all: AsyncIterable<Buffer>
}

/** Reads a stream, decompressed where it is compressed, to its end. Something that decompresses to absurd amounts is left on the way. */
export const readPlain = async <T>(
  stream: AsyncIterator<Buffer>,
  limits: Limits,
  read: (plain: Plain) => Promise<T>,
  signal: AbortSignal,
): Promise<T> => {
  const {head, all} = await peek(stream, blockBytes)
  const compression = compressionOf(head)
  if (compression === 'none') return read({compression, head, all})
  const counted = {in: 0, out: 0}
  try {
    return await pipeline(
      counting(all, counted),
      decompressor(compression),
      async (output: AsyncIterable<Buffer>) => {
        const plain = await peek(withinRatio(output, counted, limits)[Symbol.asyncIterator](), blockBytes)
        return read({compression, ...plain})
      },
      {signal},
    )
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof ImmError || !isOfZlib(error)) throw error
    throw damaged(`what is compressed in it with ${compression} is broken`, error)
  }
}

const isOfZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_ZLIB)/.test(String(error.code))

async function* counting(
  stream: AsyncIterable<Buffer>,
  counted: {in: number},
): AsyncGenerator<Buffer, void, undefined> {
  for await (const bytes of stream) {
    counted.in += bytes.length
    yield bytes
  }
}

async function* withinRatio(
  stream: AsyncIterable<Buffer>,
  counted: {in: number; out: number},
  {ratio, ratioFromBytes}: Limits,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const bytes of stream) {
    counted.out += bytes.length
    if (counted.out > ratioFromBytes && counted.out > counted.in * ratio)
      throw refused(`the archive has a layer that grows more than ${ratio}-fold when it is decompressed`)
    yield bytes
  }
}
