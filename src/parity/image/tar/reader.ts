import {damaged, refused} from '../failures.ts'
import {blockBytes, decodeHeader, decodeName, type TarHeader} from './header.ts'
import {paxRecords, withPax} from './pax.ts'

export type TarEvent =
  | {type: 'entry'; header: TarHeader}
  /** a part of the entry's content; valid until the next event */
  | {type: 'data'; bytes: Buffer}
  | {type: 'end'}

export interface TarReader {
  feed(bytes: Buffer): Generator<TarEvent, void, undefined>
  /** Throws where the archive ended in the middle of something. */
  finish(): void
}

/** As much as Go's reader takes, which the engines have. */
const longestExtended = 1024 * 1024

/** Types that have no content, whatever size is stated. Readers that disagree on it see different archives. */
const bare = new Set(['1', '2', '3', '4', '5', '6'])
/** What comes in front of a header: records of it, a long name, a long link target; records for all that follow, which engines pass over. */
const extended = new Set(['x', 'L', 'K', 'g'])

/**
 * A tar as it comes, in pieces of any size. Nothing but one header is held. Our own, because what an archive holds has to be what the engine
 * would see in it: it ends at the two empty blocks, and content belongs to files alone.
 */
export const tarReader = (): TarReader => {
  const block = Buffer.alloc(blockBytes)
  let filled = 0
  let emptyBlocks = 0
  /** of the content, or of the extended header */
  let remaining = 0
  let padding = 0
  let inEntry = false
  let collecting: {type: string; parts: Buffer[]} | undefined
  const pending = new Map<string, Buffer>()

  function* onHeader(header: TarHeader): Generator<TarEvent, void, undefined> {
    if (extended.has(header.type)) {
      if (header.size > longestExtended) throw refused(`the archive has an extended header of ${header.size} bytes`)
      collecting = {type: header.type, parts: []}
      expect(header.size)
      if (remaining === 0) collected()
      return
    }
    const full = complete(header, pending)
    pending.clear()
    inEntry = true
    yield {type: 'entry', header: full}
    expect(full.size)
    if (remaining === 0) yield* ended()
  }

  const expect = (size: number) => {
    remaining = size
    padding = (blockBytes - (size % blockBytes)) % blockBytes
  }

  const collected = () => {
    if (collecting !== undefined && collecting.type !== 'g')
      pending.set(collecting.type, Buffer.concat(collecting.parts))
    collecting = undefined
  }

  function* ended(): Generator<TarEvent, void, undefined> {
    inEntry = false
    yield {type: 'end'}
  }

  return {
    *feed(bytes) {
      for (let at = 0; at < bytes.length && emptyBlocks < 2;) {
        if (remaining > 0) {
          const part = bytes.subarray(at, at + remaining)
          at += part.length
          remaining -= part.length
          // A copy: the caller's memory may be used again.
          if (collecting === undefined) yield {type: 'data', bytes: part}
          else collecting.parts.push(Buffer.from(part))
          if (remaining > 0) continue
          if (collecting === undefined) yield* ended()
          else collected()
        } else if (padding > 0) {
          const skipped = Math.min(padding, bytes.length - at)
          padding -= skipped
          at += skipped
        } else {
          const copied = bytes.copy(block, filled, at)
          at += copied
          filled += copied
          if (filled < blockBytes) continue
          filled = 0
          const header = decodeHeader(block)
          emptyBlocks = header === undefined ? emptyBlocks + 1 : 0
          if (header !== undefined) yield* onHeader(header)
        }
      }
    },
    finish() {
      if (inEntry || filled > 0 || collecting !== undefined || pending.size > 0)
        throw damaged('it ends in the middle of a file')
    },
  }
}

const complete = (header: TarHeader, pending: ReadonlyMap<string, Buffer>): TarHeader => {
  const pax = pending.get('x')
  const full = pax === undefined ? {...header} : withPax(header, paxRecords(pax))
  const name = pending.get('L')
  const linkname = pending.get('K')
  if (name !== undefined) full.name = untilZero(name)
  if (linkname !== undefined) full.linkname = untilZero(linkname)
  if (full.type !== '0' && !bare.has(full.type))
    throw damaged(`it has ${full.name} as an entry of type ${JSON.stringify(full.type)}, which imm does not read`)
  if (bare.has(full.type)) full.size = 0
  return full
}

const untilZero = (bytes: Buffer): string => {
  const end = bytes.indexOf(0)
  return decodeName(end === -1 ? bytes : bytes.subarray(0, end))
}
