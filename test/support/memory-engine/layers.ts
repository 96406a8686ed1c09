import {createHash} from 'node:crypto'

import {extract, type Header} from 'tar-stream'

import type {ImageFile} from '../../../src/lifecycle/ports.ts'

/** What a stack of layers holds by path, bottom first: the upper covers the lower, whiteouts take away (OCI image-spec, layer.md). */
export const heldBy = async (layers: readonly Buffer[]): Promise<Map<string, ImageFile>> => {
  const held = new Map<string, ImageFile>()
  for (const layer of layers) {
    const own = await filesIn(layer)
    for (const {path} of own) cover(held, path)
    for (const file of own) if (!nameOf(file.path).startsWith('.wh.')) held.set(file.path, file)
  }
  return held
}

/** Takes away what a path of an upper layer hides. */
const cover = (held: Map<string, ImageFile>, path: string) => {
  const name = nameOf(path)
  const parent = path.slice(0, -name.length - 1)
  if (name === '.wh..wh..opq') clear(held, parent)
  else if (name.startsWith('.wh.')) remove(held, `${parent}/${name.slice('.wh.'.length)}`)
  else if (held.get(path)?.kind === 'directory') held.delete(path)
  else remove(held, path)
}

const remove = (held: Map<string, ImageFile>, path: string) => {
  held.delete(path)
  clear(held, path)
}

const clear = (held: Map<string, ImageFile>, directory: string) => {
  for (const path of held.keys()) if (path.startsWith(`${directory}/`)) held.delete(path)
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const filesIn = async (layer: Buffer): Promise<ImageFile[]> => {
  const tar = extract()
  tar.end(layer)
  const found: ImageFile[] = []
  for await (const entry of tar) {
    const hash = createHash('sha256')
    for await (const chunk of entry) hash.update(chunk as Buffer)
    found.push(fileOf(entry.header, hash.digest('hex')))
  }
  return found
}

const fileOf = ({name, type, mode, uid, gid, size, mtime, linkname}: Header, content: string): ImageFile => ({
  path: `/${name.replace(/^\.?\//, '').replace(/\/$/, '')}`,
  kind: kinds[type] ?? 'other',
  mode: mode & 0o7777,
  uid,
  gid,
  size,
  mtimeMs: mtime.getTime(),
  content: type === 'file' ? content : (linkname ?? ''),
  xattrs: {},
})

const kinds: Partial<Record<Header['type'], ImageFile['kind']>> = {
  file: 'file',
  link: 'file',
  directory: 'directory',
  symlink: 'link',
}
