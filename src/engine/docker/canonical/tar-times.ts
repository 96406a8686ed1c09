import {paxBody, paxRecords} from './pax.ts'
import {gathered, piecesOf, type Pieces} from './tar-blocks.ts'
import {mtimeOf, sizeOf, typeOf, withMtime, withSize} from './tar-header.ts'

/** `set`: all times become the epoch; `clamp`: those after it */
export type Times = 'set' | 'clamp'

const block = 512
const padded = (size: number): number => Math.ceil(size / block) * block

/** Records that say when a file was made or read, or what a machine calls its owner. */
const dropped = new Set(['mtime', 'atime', 'ctime', 'LIBARCHIVE.creationtime', 'uname', 'gname'])

/**
 * The tar of a layer with other times, else byte for byte as it was: contents, names, modes, owners, xattrs and their order. Done on the
 * bytes, because a tar library reads xattrs as text and writes headers of its own.
 */
export const withTimes = (
  tar: AsyncIterable<Buffer>,
  times: Times,
  epochS: number,
): AsyncGenerator<Buffer, void, undefined> => gathered(rewritten(piecesOf(tar), times, epochS))

async function* rewritten(pieces: Pieces, times: Times, epochS: number): AsyncGenerator<Buffer, void, undefined> {
  let known: {mtimeS?: number | undefined; size?: number | undefined} = {}
  for (;;) {
    const header = await pieces.take(block)
    if (header.length < block || header.every((byte) => byte === 0)) break
    const type = typeOf(header)
    if (type === 'x' || type === 'g') {
      const size = sizeOf(header)
      const records = paxRecords((await pieces.take(padded(size))).subarray(0, size))
      if (type === 'x') known = {mtimeS: recorded(records, 'mtime'), size: recorded(records, 'size')}
      const body = paxBody(records.filter(({key}) => !dropped.has(key)))
      if (body.length === 0) continue
      yield withMtime(withSize(header, body.length), 0)
      yield Buffer.concat([body, Buffer.alloc(padded(body.length) - body.length)])
      continue
    }
    // A long name of GNU tar: the header that it belongs to follows.
    const long = type === 'L' || type === 'K'
    const mtimeS = known.mtimeS ?? mtimeOf(header)
    yield withMtime(header, long ? 0 : times === 'set' ? epochS : Math.max(0, Math.min(mtimeS, epochS)))
    yield* pieces.pass(padded(hasContent(type) ? (known.size ?? sizeOf(header)) : 0))
    if (!long) known = {}
  }
  yield Buffer.alloc(2 * block)
  await pieces.drain()
}

/** Links, devices and directories may state a size, and bring nothing. */
const hasContent = (type: string): boolean => !'123456'.includes(type)

const recorded = (records: ReturnType<typeof paxRecords>, name: string): number | undefined => {
  const value = records.findLast(({key}) => key === name)?.value
  return value === undefined ? undefined : Math.floor(Number(value.toString()))
}
