import {hash} from 'node:crypto'
import type {FileHandle} from 'node:fs/promises'
import path from 'node:path'

import type {Header, Pack} from 'tar-stream'

import {ImmError} from '../errors.ts'
import type {SourceFile} from '../lifecycle/ports.ts'
import type {Place} from './place.ts'
import {shown} from './place.ts'
import {openFile} from './read.ts'

export type EntryHeader = Partial<Header> & {name: string}

/** A file of a snapshot. */
export interface Packed {
  /** relative to the context */
  path: string
  node: SourceFile
}

/** Called with a file whose content is not what the snapshot says. */
export type Moved = (file: string) => void

export interface Attributes {
  mode: number
  mtimeMs: number
  uid?: number
  gid?: number
}

// What six octal digits hold.
const largestId = 0o777777

export const headerOf = (name: string, {mode, mtimeMs, uid = 0, gid = 0}: Attributes): EntryHeader => {
  // The header's field ends in 2038 and has no time before 1970.
  const mtime = new Date(Math.min(Math.max(mtimeMs, 0), 0x7f_ff_ff_ff * 1000))
  const pax = {...(uid > largestId && {uid: String(uid)}), ...(gid > largestId && {gid: String(gid)})}
  // A bit above those that are written, because tar-stream takes mode 0 for none and writes its own default.
  return {name, mode: mode | 0o10000, mtime, uid, gid, size: 0, ...withPax(pax)}
}

const withPax = (pax: Record<string, string>): Pick<Header, 'pax'> => (Object.keys(pax).length === 0 ? {} : {pax})

const recentMs = 3_600_000

/**
 * Static servers make their validators of time and size: two saves within a second that leave the size alone must differ. Only
 * a PAX header holds fractions; as it costs 1 KiB, only files of the last hour get one.
 */
export const fileHeader = (name: string, attributes: Attributes, size: number): EntryHeader => {
  const {pax, ...header} = headerOf(name, attributes)
  const {mtimeMs} = attributes
  const fraction = Date.now() - mtimeMs < recentMs ? {mtime: (mtimeMs / 1000).toFixed(6)} : {}
  return {...header, type: 'file', size, ...withPax({...(pax as Record<string, string> | undefined), ...fraction})}
}

export const addEntry = async (tar: Pack, header: EntryHeader, content: Buffer | undefined): Promise<void> => {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const done = (error?: Error | null) => (error ? reject(error) : resolve())
  const sink = content === undefined ? tar.entry(header, done) : tar.entry(header, content, done)
  // The failure arrives through `done`; a stream's error without a listener would end the process.
  sink.on('error', () => undefined)
  await promise
}

/** The whole content of a file, compared with what the snapshot says. */
export const loadFile = async (place: Place, {path: file, node}: Packed, signal: AbortSignal): Promise<Buffer> => {
  signal.throwIfAborted()
  await using handle = await reopen(place, file)
  const content = Buffer.allocUnsafe(node.size + 1)
  let length = 0
  for (;;) {
    const {bytesRead} = await handle.read(content, length, content.length - length)
    length += bytesRead
    if (bytesRead === 0 || length === content.length) break
  }
  const read = content.subarray(0, length)
  if (length !== node.size || hash('sha256', read) !== node.hash) throw moved(place, file)
  return read
}

export const reopen = async (place: Place, file: string): Promise<FileHandle> => {
  let handle: FileHandle | undefined
  try {
    handle = await openFile(path.join(place.context, file))
  } catch (error) {
    throw moved(place, file, error)
  }
  if (handle === undefined) throw moved(place, file)
  return handle
}

export const moved = (place: Place, file: string, cause?: unknown): ImmError =>
  new ImmError('SNAPSHOT_MOVED', `${shown(place, file)} changed while it was sent to the engine.`, {cause})
