import {createHash, hash} from 'node:crypto'
import {once} from 'node:events'
import type {FileHandle} from 'node:fs/promises'
import path from 'node:path'
import {Readable} from 'node:stream'

import {pack as tarPack} from 'tar-stream'
import type {Header, Pack} from 'tar-stream'

import {ImmError} from '../errors.ts'
import {ahead} from './ahead.ts'
import type {Entry, FileEntry} from './entry.ts'
import type {Place} from './place.ts'
import {shown} from './place.ts'
import {openFile, pieceBytes, pieces} from './read.ts'

/** Small files read ahead while the tar waits for its reader: at most this many MiB. */
const readAhead = 16

/**
 * The entries as a tar: owned by root as Docker does it, with the modes and link targets that were digested, and file content
 * that is compared with its digest on the way. Fails with SNAPSHOT_MOVED where that differs, before the archive is complete.
 *
 * tar-stream and not tar-fs: the latter walks and stats by itself, so that what it packs is what is there at that moment.
 */
export const packEntries = (place: Place, entries: Iterable<Entry>, signal: AbortSignal): Readable => {
  const out = Readable.from(archive(place, entries, signal), {objectMode: false})
  const abort = () => out.destroy(signal.reason as Error)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, {once: true})
  out.once('close', () => signal.removeEventListener('abort', abort))
  return out
}

async function* archive(place: Place, entries: Iterable<Entry>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const tar = tarPack()
  const ended = new AbortController()
  tar.once('close', () => ended.abort())
  const filling = fill(tar, place, entries, AbortSignal.any([signal, ended.signal])).catch((error: unknown) => {
    tar.destroy(error as Error)
  })
  try {
    yield* tar as AsyncIterable<Buffer>
  } finally {
    tar.destroy()
    await filling
  }
}

const fill = async (tar: Pack, place: Place, entries: Iterable<Entry>, signal: AbortSignal): Promise<void> => {
  // BuildKit looks at the first 512 bytes only to tell an archive from a Dockerfile, and takes one that begins with a PAX header for the latter.
  await addEntry(
    tar,
    {name: './', type: 'directory', mode: 0o755, mtime: new Date(0), uid: 0, gid: 0, size: 0},
    undefined,
  )
  const loaded = ahead(entries, readAhead, async (entry) => ({entry, content: await load(place, entry, signal)}))
  for await (const {entry, content} of loaded) {
    if (entry.kind === 'file' && content === undefined) await addLargeFile(tar, place, entry, signal)
    else await addEntry(tar, headerOf(entry), content)
  }
  tar.finalize()
}

type EntryHeader = Partial<Header> & {name: string}

const headerOf = (entry: Entry): EntryHeader => {
  // The header's field ends in 2038 and has no time before 1970.
  const mtime = new Date(Math.min(Math.max(entry.mtimeMs, 0), 0x7f_ff_ff_ff * 1000))
  // A bit above those that are written, because tar-stream takes mode 0 for none and writes its own default.
  const common = {name: entry.path, mode: entry.mode | 0o10000, mtime, uid: 0, gid: 0}
  if (entry.kind === 'directory') return {...common, type: 'directory', size: 0}
  if (entry.kind === 'link') return {...common, mode: 0o777, type: 'symlink', size: 0, linkname: entry.target}
  return {...common, ...fraction(entry.mtimeMs), type: 'file', size: entry.size}
}

const recentMs = 3_600_000

/**
 * Static servers make their validators of time and size: two saves within a second that leave the size alone must differ. Only
 * a PAX header holds fractions; as it costs 1 KiB, only files of the last hour get one.
 */
const fraction = (mtimeMs: number): Pick<Header, 'pax'> =>
  Date.now() - mtimeMs < recentMs ? {pax: {mtime: (mtimeMs / 1000).toFixed(6)}} : {}

const addEntry = async (tar: Pack, header: EntryHeader, content: Buffer | undefined): Promise<void> => {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const done = (error?: Error | null) => (error ? reject(error) : resolve())
  const sink = content === undefined ? tar.entry(header, done) : tar.entry(header, content, done)
  // The failure arrives through `done`; a stream's error without a listener would end the process.
  sink.on('error', () => undefined)
  await promise
}

/** The whole content of a small file, compared; undefined for what has none, and for a large one. */
const load = async (place: Place, entry: Entry, signal: AbortSignal): Promise<Buffer | undefined> => {
  if (entry.kind !== 'file' || entry.size >= pieceBytes) return undefined
  signal.throwIfAborted()
  await using handle = await reopen(place, entry)
  const content = Buffer.allocUnsafe(entry.size + 1)
  const {bytesRead} = await handle.read(content, 0, content.length)
  const read = content.subarray(0, bytesRead)
  if (bytesRead !== entry.size || hash('sha256', read) !== entry.hash) throw moved(place, entry)
  return read
}

const addLargeFile = async (tar: Pack, place: Place, entry: FileEntry, signal: AbortSignal): Promise<void> => {
  await using handle = await reopen(place, entry)
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  const sink = tar.entry(headerOf(entry), (error) => (error ? reject(error) : resolve()))
  sink.on('error', () => undefined)
  const digest = createHash('sha256')
  let left = entry.size
  for await (const piece of pieces(handle, entry.size, signal)) {
    left -= piece.length
    if (left < 0) throw moved(place, entry)
    digest.update(piece)
    if (!sink.write(piece)) await once(sink, 'drain', {signal})
  }
  if (left !== 0 || digest.digest('hex') !== entry.hash) throw moved(place, entry)
  sink.end(undefined)
  await promise
}

const reopen = async (place: Place, entry: FileEntry): Promise<FileHandle> => {
  let handle: FileHandle | undefined
  try {
    handle = await openFile(path.join(place.context, entry.path))
  } catch (error) {
    throw moved(place, entry, error)
  }
  if (handle === undefined) throw moved(place, entry)
  return handle
}

const moved = (place: Place, entry: FileEntry, cause?: unknown): ImmError =>
  new ImmError('SNAPSHOT_MOVED', `${shown(place, entry.path)} changed while it was sent to the engine.`, {cause})
