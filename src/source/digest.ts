import {hash} from 'node:crypto'

import type {SourceNode} from '../lifecycle/ports.ts'

/**
 * The digest of a directory: every name in it, in order, with its kind, mode and content or target. Each field ends with a NUL, which
 * none holds, so that no two trees are written the same. Times are left out: touching a file makes no other image.
 */
export const directoryDigest = (children: ReadonlyMap<string, SourceNode>): string => {
  let text = ''
  for (const [name, node] of children) text += record(name, node)
  return hash('sha256', text)
}

const record = (name: string, node: SourceNode): string => {
  if (node.kind === 'file') return `file\0${node.mode.toString(8)}\0${name}\0${node.hash}\0`
  if (node.kind === 'directory') return `directory\0${node.mode.toString(8)}\0${name}\0${node.digest}\0`
  // A link has no permissions of its own.
  return `link\0${name}\0${node.target}\0`
}

/**
 * The digest of a snapshot, by its tree's. The ignore rules count although an ignored ignore file enters no image: a change of them is a
 * change of the build.
 */
export const snapshotDigest = (tree: string, ignoreRules: string): string =>
  `sha256:${hash('sha256', `imm snapshot 2\0${ignoreRules}\0${tree}\0`)}`
