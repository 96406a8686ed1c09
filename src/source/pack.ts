import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {Readable} from 'node:stream'

import {pack as tarPack} from 'tar-stream'
import type {Pack} from 'tar-stream'

import {isImmError} from '../errors.ts'
import {ahead} from './ahead.ts'
import type {DirectoryNode} from './node.ts'
import type {Place} from './place.ts'
import {pieceBytes, pieces} from './read.ts'
import type {EntryHeader, Moved, Packed} from './tar-entry.ts'
import {addEntry, fileHeader, headerOf, loadFile, moved, reopen} from './tar-entry.ts'
import type {Entry} from './tree.ts'
import {entriesOf} from './tree.ts'

/** Small files read ahead while the tar waits for its reader: at most this many MiB. */
const readAhead = 16

/**
 * The tree as a tar: owned by root as Docker does it, with the modes and link targets that were digested, and file content
 * that is compared with its digest on the way. Fails with SNAPSHOT_MOVED where that differs, before the archive is complete.
 *
 * tar-stream and not tar-fs: the latter walks and stats by itself, so that what it packs is what is there at that moment.
 */
export const packTree = (place: Place, tree: DirectoryNode, isMoved: Moved, signal: AbortSignal): Readable => {
  const out = Readable.from(archive(place, tree, isMoved, signal), {objectMode: false})
  const abort = () => out.destroy(signal.reason as Error)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, {once: true})
  // Who stops reading when the signal aborts need not hear of it again.
  out.on('error', () => undefined)
  out.once('close', () => signal.removeEventListener('abort', abort))
  return out
}

async function* archive(
  place: Place,
  tree: DirectoryNode,
  isMoved: Moved,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const tar = tarPack()
  const ended = new AbortController()
  tar.once('close', () => ended.abort())
  const filling = fill(tar, place, tree, isMoved, AbortSignal.any([signal, ended.signal])).catch((error: unknown) => {
    tar.destroy(error as Error)
  })
  try {
    yield* tar as AsyncIterable<Buffer>
  } finally {
    tar.destroy()
    await filling
  }
}

const fill = async (
  tar: Pack,
  place: Place,
  tree: DirectoryNode,
  isMoved: Moved,
  signal: AbortSignal,
): Promise<void> => {
  // BuildKit looks at the first 512 bytes only to tell an archive from a Dockerfile, and takes one that begins with a PAX header for the latter.
  await addEntry(tar, {...headerOf('./', {mode: 0o755, mtimeMs: 0}), type: 'directory'}, undefined)
  const loaded = ahead(entriesOf(tree), readAhead, async ({path, node}) => ({
    path,
    node,
    content:
      node.kind === 'file' && node.size < pieceBytes
        ? await telling(isMoved, path, () => loadFile(place, {path, node}, signal))
        : undefined,
  }))
  for await (const {path, node, content} of loaded) {
    if (node.kind === 'file' && content === undefined)
      await telling(isMoved, path, () => addLargeFile(tar, place, {path, node}, signal))
    else await addEntry(tar, entryHeader({path, node}), content)
  }
  tar.finalize()
}

/** Says of which file a SNAPSHOT_MOVED is. */
export const telling = async <T>(isMoved: Moved, file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (isImmError(error, 'SNAPSHOT_MOVED')) isMoved(file)
    throw error
  }
}

const entryHeader = ({path, node}: Entry): EntryHeader => {
  if (node.kind === 'directory') return {...headerOf(path, node), type: 'directory'}
  if (node.kind === 'link')
    return {...headerOf(path, {mode: 0o777, mtimeMs: node.mtimeMs}), type: 'symlink', linkname: node.target}
  return fileHeader(path, node, node.size)
}

const addLargeFile = async (tar: Pack, place: Place, {path, node}: Packed, signal: AbortSignal): Promise<void> => {
  await using handle = await reopen(place, path)
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  const sink = tar.entry(fileHeader(path, node, node.size), (error) => (error ? reject(error) : resolve()))
  sink.on('error', () => undefined)
  const digest = createHash('sha256')
  let left = node.size
  for await (const piece of pieces(handle, node.size, signal)) {
    left -= piece.length
    if (left < 0) throw moved(place, path)
    digest.update(piece)
    if (!sink.write(piece)) await once(sink, 'drain', {signal})
  }
  if (left !== 0 || digest.digest('hex') !== node.hash) throw moved(place, path)
  sink.end(undefined)
  await promise
}
