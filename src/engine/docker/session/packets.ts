import type {SourceNode} from '../../../lifecycle/ports.ts'
import {wireFields} from '../wire.ts'
import {bytes, inner, message, number} from './encode.ts'

/** What the two sides of a file transfer say (github.com/tonistiigi/fsutil, types/wire.proto and types/stat.proto). */
export type Packet =
  | {type: 'request'; id: number}
  | {type: 'finished'}
  | {type: 'error'; words: string}
  | {type: 'other'}

const types = {stat: 0, request: 1, data: 2, finished: 3, error: 4}

export const readPacket = (content: Buffer): Packet => {
  let type = 0
  let id = 0
  let data = ''
  for (const {number: field, value} of wireFields(content)) {
    if (field === 1) type = Number(value)
    if (field === 3) id = Number(value)
    if (field === 4) data = value.toString()
  }
  if (type === types.request) return {type: 'request', id}
  if (type === types.finished) return {type: 'finished'}
  if (type === types.error) return {type: 'error', words: data}
  return {type: 'other'}
}

/** One path of the tree. */
export const statPacket = (path: string, node: SourceNode): Buffer => message(inner(2, stat(path, node)))

/** After the last path. */
export const endOfStats = message()

/** A piece of the file that was asked for; an empty one ends it. */
export const dataPacket = (id: number, piece: Buffer): Buffer =>
  message(number(1, types.data), number(3, id), bytes(4, piece))

export const finishedPacket = message(number(1, types.finished))

export const errorPacket = (words: string): Buffer => message(number(1, types.error), bytes(4, words))

// Go's os.FileMode has its own bits above the permissions (io/fs).
const goDirectory = 0x8000_0000
const goLink = 0x0800_0000
const goSpecial = [
  [0o4000, 0x0080_0000],
  [0o2000, 0x0040_0000],
  [0o1000, 0x0010_0000],
] as const

const stat = (path: string, node: SourceNode): Buffer => {
  const common = [bytes(1, path), number(2, goMode(node))]
  if (node.kind === 'file')
    return message(...common, number(5, node.size), number(6, fileTimeNs(node.mtimeMs, node.hash)))
  const time = number(6, wholeMsAsNs(node.mtimeMs))
  return node.kind === 'link' ? message(...common, time, bytes(7, node.target)) : message(...common, time)
}

const goMode = (node: SourceNode): number => {
  if (node.kind === 'link') return goLink + 0o777
  let mode = (node.mode & 0o777) + (node.kind === 'directory' ? goDirectory : 0)
  for (const [bit, go] of goSpecial) if (node.mode & bit) mode += go
  return mode
}

const wholeMsAsNs = (ms: number): bigint => BigInt(Math.max(0, Math.floor(ms))) * 1_000_000n

/**
 * The builder asks only for files whose size or time differ from those it has. A file that was changed within its time stamp's grain, or whose
 * time was set back, must differ all the same: what is below a millisecond is taken from the content.
 */
const fileTimeNs = (mtimeMs: number, hash: string): bigint =>
  wholeMsAsNs(mtimeMs) + BigInt(Number.parseInt(hash.slice(0, 8), 16) % 1_000_000)
