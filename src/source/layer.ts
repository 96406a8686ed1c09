import {posix} from 'node:path'

import {pack as tarPack} from 'tar-stream'

import {ImmBug} from '../errors.ts'
import type {LayerItem} from '../lifecycle/ports.ts'
import {ahead} from './ahead.ts'
import type {DirectoryNode} from './node.ts'
import {telling} from './pack.ts'
import type {Place} from './place.ts'
import type {EntryHeader, Moved} from './tar-entry.ts'
import {addEntry, fileHeader, headerOf, loadFile} from './tar-entry.ts'
import {find} from './tree.ts'

/** Files read ahead. */
const readAhead = 16

/**
 * A layer of an image as the OCI image-spec has it (layer.md): names without a slash in front, directories with one at the end, what is
 * taken away as an empty `.wh.NAME` beside it. SNAPSHOT_MOVED where a file is no longer what the tree says.
 */
export const layerOf = async (
  place: Place,
  tree: DirectoryNode,
  items: readonly LayerItem[],
  isMoved: Moved,
  signal: AbortSignal,
): Promise<Buffer> => {
  signal.throwIfAborted()
  const tar = tarPack()
  const collected = Array.fromAsync(tar as AsyncIterable<Buffer>)
  collected.catch(() => undefined)
  try {
    const ready = ahead(items, readAhead, async (item) => entryOf(place, tree, item, isMoved, signal))
    for await (const {header, content} of ready) await addEntry(tar, header, content)
    tar.finalize()
    return Buffer.concat(await collected)
  } finally {
    tar.destroy()
  }
}

interface Filled {
  header: EntryHeader
  content?: Buffer
}

const entryOf = async (
  place: Place,
  tree: DirectoryNode,
  item: LayerItem,
  isMoved: Moved,
  signal: AbortSignal,
): Promise<Filled> => {
  const name = item.path.replace(/^\/+/, '')
  switch (item.kind) {
    case 'file': {
      const node = find(tree, item.source)
      if (node?.kind !== 'file') throw new ImmBug(`The snapshot holds no file ${item.source}.`)
      const content = await telling(isMoved, item.source, () => loadFile(place, {path: item.source, node}, signal))
      const {mode, uid, gid} = item
      return {header: fileHeader(name, {mode, uid, gid, mtimeMs: node.mtimeMs}, node.size), content}
    }
    case 'directory':
      return {header: {...headerOf(`${name}/`, item), type: 'directory'}}
    case 'link':
      return {header: {...headerOf(name, {...item, mode: 0o777}), type: 'symlink', linkname: item.target}}
    case 'whiteout':
      return whiteout(posix.join(posix.dirname(name), `.wh.${posix.basename(name)}`))
    case 'opaque':
      return whiteout(posix.join(name, '.wh..wh..opq'))
    default:
      return item satisfies never
  }
}

const whiteout = (name: string): Filled => ({
  header: {...headerOf(name, {mode: 0, mtimeMs: 0}), type: 'file'},
  content: Buffer.alloc(0),
})
