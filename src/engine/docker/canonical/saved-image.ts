import {createWriteStream} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {pipeline} from 'node:stream/promises'

import type Docker from 'dockerode'

import {ImmError} from '../../../errors.ts'
import type {Image} from '../../../lifecycle/ports.ts'
import {openArchive} from '../archive.ts'
import type {Client} from '../client.ts'
import {entriesOf} from '../inside/entries-of.ts'
import type {ImageConfig} from '../layers/anchor.ts'
import {translate} from '../translate-errors.ts'

/** An image as the engine exports it, on disk. */
export interface SavedImage {
  config: ImageConfig
  /** files of the layers, bottom first, compressed where the engine's store has them so */
  layers: readonly string[]
}

interface Saved {
  Config: string
  Layers: readonly string[]
}

const doing = 'exporting the image'

/** Exports an image into an empty directory. What its parts are called differs between engines: only manifest.json says it. */
export const saveImage = async (
  {docker}: Client,
  {id, layers}: Image,
  directory: string,
  signal: AbortSignal,
): Promise<SavedImage> => {
  const files = await unpacked(docker, id, directory, signal)
  const read = async <T>(name: string): Promise<T> => JSON.parse(await readFile(files(name), 'utf8')) as T
  for (const {Config, Layers} of await read<Saved[]>('manifest.json')) {
    const config = await read<ImageConfig>(Config)
    // An export may hold several platforms.
    if (config.rootfs.diff_ids.join() === layers.join() && Layers.length === layers.length)
      return {config, layers: Layers.map(files)}
  }
  throw new ImmError('ENGINE_REFUSED', `${doing}: it has other layers than the engine says`)
}

const unpacked = async (
  docker: Docker,
  id: string,
  directory: string,
  signal: AbortSignal,
): Promise<(name: string) => string> => {
  const files = new Map<string, string>()
  const links = new Map<string, string>()
  try {
    const stream = await openArchive(docker, id, doing, signal)
    for await (const entry of entriesOf(stream, signal)) {
      const {name, type, linkname} = entry.header
      if (type === 'symlink' && linkname) links.set(name, path.posix.join(path.posix.dirname(name), linkname))
      if (type !== 'file') {
        entry.resume()
        continue
      }
      const file = path.join(directory, String(files.size))
      files.set(name, file)
      await pipeline(entry, createWriteStream(file), {signal})
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : translate(error, doing)
  }
  return (name) => {
    const file = files.get(links.get(name) ?? name)
    if (file === undefined) throw new ImmError('ENGINE_REFUSED', `${doing}: ${name} is missing in it`)
    return file
  }
}
