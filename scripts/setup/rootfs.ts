import {createHash} from 'node:crypto'
import {createReadStream, statSync} from 'node:fs'
import {Readable} from 'node:stream'

import {tarEnd, tarHeader, tarPadding} from './tar.ts'

/** One thing in an image's file system. All paths absolute. */
export type Entry =
  /** `identity`: what tells its content, where the file's time does not (the same program unpacked again) */
  | {kind: 'copy'; path: string; from: string; identity?: string}
  | {kind: 'text'; path: string; text: string; mode?: number}
  | {kind: 'link'; path: string; target: string}
  | {kind: 'directory'; path: string; mode: number; owner?: number}

export interface Rootfs {
  entries: readonly Entry[]
  /** Dockerfile instructions that become the image's configuration */
  changes: readonly string[]
}

/**
 * What the image would hold, in 12 hex characters. Large files count by size and time and not by content: hashing Node's
 * 125 MB takes a second that every warm start would pay.
 */
export const fingerprint = ({entries, changes}: Rootfs): string => {
  const hash = createHash('sha256').update(JSON.stringify(changes))
  for (const entry of entries) hash.update(JSON.stringify(entry.kind === 'copy' ? copyIdentity(entry) : entry))
  return hash.digest('hex').slice(0, 12)
}

const copyIdentity = ({path, from, identity}: Extract<Entry, {kind: 'copy'}>) => {
  const {size, mode, mtimeMs} = statSync(from)
  return [path, mode, size, identity ?? mtimeMs]
}

/** The tree as a tar stream, the same bytes for the same content. */
export const packRootfs = (rootfs: Rootfs): Readable => Readable.from(tarChunks(rootfs), {objectMode: false})

async function* tarChunks({entries}: Rootfs): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    const path = entry.path.slice(1)
    if (entry.kind === 'link') yield tarHeader({path, type: 'link', mode: 0o777, target: entry.target})
    else if (entry.kind === 'directory')
      yield tarHeader({path: `${path}/`, type: 'directory', mode: entry.mode, owner: entry.owner ?? 0})
    else if (entry.kind === 'text') yield* textChunks(path, entry.text, entry.mode ?? 0o644)
    else yield* copyChunks(path, entry.from)
  }
  yield tarEnd
}

function* textChunks(path: string, text: string, mode: number): Generator<Buffer> {
  const content = Buffer.from(text)
  yield tarHeader({path, type: 'file', mode, size: content.length})
  yield content
  yield tarPadding(content.length)
}

async function* copyChunks(path: string, from: string): AsyncGenerator<Buffer> {
  const {size, mode} = statSync(from)
  yield tarHeader({path, type: 'file', mode: mode & 0o777, size})
  // Never more than the header says: a file that grows meanwhile would shift all that follows.
  if (size > 0) yield* createReadStream(from, {end: size - 1, highWaterMark: 1 << 20}) as AsyncIterable<Buffer>
  yield tarPadding(size)
}
