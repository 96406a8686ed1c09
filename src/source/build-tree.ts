import {createHash, hash} from 'node:crypto'

import {ImmBug} from '../errors.ts'
import type {BuildTree} from '../lifecycle/ports.ts'
import type {Contents} from './contents.ts'
import {telling} from './pack.ts'
import type {Place} from './place.ts'
import {pieceBytes, pieces} from './read.ts'
import type {Moved, Packed} from './tar-entry.ts'
import {loadFile, moved, reopen} from './tar-entry.ts'
import {find} from './tree.ts'

/** The contents for a builder that asks file by file. SNAPSHOT_MOVED before a file ends that is not what was digested. */
export const buildTreeOf = (place: Place, {root, rules, forced}: Contents, isMoved: Moved): BuildTree => ({
  root,
  hidden: [...forced].filter((file) => rules.ignores(file)),
  // Of the place and not of what is in it: what a builder kept from the last build of the place is what it compares with.
  key: `imm:${hash('sha256', place.context)}`,
  async *read(path, signal) {
    const node = find(root, path)
    if (node?.kind !== 'file') throw new ImmBug(`The snapshot holds no file ${path}.`)
    if (node.size < pieceBytes) yield await telling(isMoved, path, () => loadFile(place, {path, node}, signal))
    else yield* largeFile(place, {path, node}, isMoved, signal)
  },
})

async function* largeFile(
  place: Place,
  {path, node}: Packed,
  isMoved: Moved,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  await using handle = await reopen(place, path)
  const digest = createHash('sha256')
  let left = node.size
  for await (const piece of pieces(handle, node.size, signal)) {
    left -= piece.length
    digest.update(piece)
    yield piece
  }
  if (left === 0 && digest.digest('hex') === node.hash) return
  isMoved(path)
  throw moved(place, path)
}
