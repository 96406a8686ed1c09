import {once} from 'node:events'
import {createReadStream} from 'node:fs'
import {lstat, readdir, readlink} from 'node:fs/promises'
import path from 'node:path'

import {pack, type Header, type Pack} from 'tar-stream'

/** A directory of this machine as a tar, its entries below `name`, itself the first. Sockets, pipes and devices are left out. */
export async function* directoryArchive(directory: string, name: string): AsyncGenerator<Buffer, void, undefined> {
  const tar = pack()
  const over = new AbortController()
  const filling = addAll({tar, over: over.signal}, directory, name).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error as Error),
  )
  try {
    yield* tar as AsyncIterable<Buffer>
  } finally {
    over.abort()
    tar.destroy()
    await filling
  }
}

interface Packing {
  tar: Pack
  /** nobody reads it any more */
  over: AbortSignal
}

const addAll = async (packing: Packing, place: string, name: string): Promise<void> => {
  await addOne(packing, place, name, true)
  const entries = await readdir(place, {withFileTypes: true})
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const [below, belowName] = [path.join(place, entry.name), `${name}/${entry.name}`]
    if (entry.isDirectory()) await addAll(packing, below, belowName)
    else await addOne(packing, below, belowName, false)
  }
}

const addOne = async (packing: Packing, place: string, name: string, isDirectory: boolean): Promise<void> => {
  // A link to a directory, with a slash at its end, is that directory.
  const stats = await lstat(isDirectory ? `${place}/` : place)
  const header = {name, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, mtime: stats.mtime}
  if (isDirectory) await add(packing, {...header, type: 'directory'})
  else if (stats.isSymbolicLink()) await add(packing, {...header, type: 'symlink', linkname: await readlink(place)})
  else if (stats.isFile()) await add(packing, {...header, type: 'file', size: stats.size}, place)
}

const add = async ({tar, over}: Packing, header: Partial<Header> & {name: string}, file?: string): Promise<void> => {
  over.throwIfAborted()
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  const stop = () => reject(over.reason)
  over.addEventListener('abort', stop, {once: true})
  try {
    const sink = tar.entry(header, (error) => (error ? reject(error) : resolve()))
    const {size = 0} = header
    if (file !== undefined && size > 0) {
      sink.on('error', () => undefined)
      // What is added to it meanwhile is left out: its header says how long it is.
      for await (const chunk of createReadStream(file, {end: size - 1, signal: over}))
        if (!sink.write(chunk as Buffer)) await once(sink, 'drain', {signal: over})
      sink.end(undefined)
    } else if (file !== undefined) sink.end(undefined)
    await promise
  } finally {
    over.removeEventListener('abort', stop)
  }
}
