import path from 'node:path'

import type {LayerStep} from './facts.ts'
import {refused} from './failures.ts'

const mark = '.wh.'
const opaque = '.wh..wh..opq'

/**
 * What the name of a file says about other layers (OCI Image Layer Filesystem Changeset, "Whiteouts"); undefined for an ordinary file,
 * `ignored` for what AUFS kept for itself under the same mark.
 */
export const whiteoutOf = (at: string): LayerStep | 'ignored' | undefined => {
  const name = path.posix.basename(at)
  if (!name.startsWith(mark)) return undefined
  const directory = path.posix.dirname(at)
  if (name === opaque) return {does: 'empty', path: directory}
  if (name.startsWith(mark + mark)) return 'ignored'
  const gone = name.slice(mark.length)
  if (gone === '' || gone === '.' || gone === '..')
    throw refused(`the archive has a deletion that leads out: ${JSON.stringify(at)}`)
  return {does: 'remove', path: path.posix.join(directory, gone)}
}
