import type {Image, ImageEntry} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {entryOf} from './entry.ts'
import {exported} from './exported.ts'
import type {Entries} from './look.ts'

// An export begins below it.
const root: ImageEntry = {kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0}

/** Reads until all are found; what is not there costs the whole image. */
export const lookInExport = async (
  client: Client,
  image: Image,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Entries> => {
  const wanted = new Set(paths)
  const found = new Map<string, ImageEntry>()
  if (wanted.delete('/')) found.set('/', root)
  if (wanted.size === 0) return found
  for await (const {path, header, entry} of exported(client, image, signal)) {
    entry.resume()
    if (wanted.delete(path)) found.set(path, entryOf(header))
    if (wanted.size === 0) break
  }
  return found
}
