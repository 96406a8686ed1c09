import {createHash} from 'node:crypto'

import type {Header} from 'tar-stream'

import type {Image, ImageFile} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {entryOf} from './entry.ts'
import {exported, type Entry} from './exported.ts'

/** Everything that an image holds, in the order of the engine's export. */
export async function* files(
  client: Client,
  image: Image,
  signal: AbortSignal,
): AsyncGenerator<ImageFile, void, undefined> {
  for await (const {path, header, entry} of exported(client, image, signal)) yield await fileOf(path, header, entry)
}

/** Reads an entry to its end. */
export const fileOf = async (path: string, header: Header, entry: Entry): Promise<ImageFile> => {
  const hash = createHash('sha256')
  for await (const chunk of entry) hash.update(chunk as Buffer)
  const {type, linkname, size} = header
  const content = type === 'file' || type === 'contiguous-file' ? hash.digest('hex') : targetOf(type, linkname)
  return {...entryOf(header), path, size, content, xattrs: xattrsOf(header)}
}

const targetOf = (type: Header['type'], linkname: string | null): string => {
  if (linkname === null || (type !== 'link' && type !== 'symlink')) return ''
  // A hard link names another path of the archive.
  return type === 'link' ? `/${linkname.replace(/^\.?\/+/, '')}` : linkname
}

const xattrPrefix = 'SCHILY.xattr.'

const xattrsOf = ({pax}: Header): Record<string, string> =>
  Object.fromEntries(
    Object.entries((pax ?? {}) as Record<string, string>)
      .filter(([key]) => key.startsWith(xattrPrefix))
      .map(([key, value]) => [key.slice(xattrPrefix.length), value]),
  )
