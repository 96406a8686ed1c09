import {lstatSync, readdirSync, readlinkSync} from 'node:fs'
import type {Dirent, Stats} from 'node:fs'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import type {SourceLink} from '../lifecycle/ports.ts'
import {modeOf} from './node.ts'
import type {Place} from './place.ts'
import {unreadable} from './place.ts'
import {isGone} from './read.ts'

export type Found =
  | {kind: 'file'; stat: Stats}
  | {kind: 'directory'; mode: number; mtimeMs: number}
  | SourceLink
  | {kind: 'special'}

/** What is at one path of the context now, by stat alone; undefined where nothing is. */
export const look = (place: Place, file: string): Found | undefined => {
  const absolute = `${place.context}${path.sep}${file}`
  try {
    const stat = lstatSync(absolute)
    if (stat.isFile()) return {kind: 'file', stat}
    if (stat.isDirectory()) return {kind: 'directory', mode: modeOf(stat), mtimeMs: stat.mtimeMs}
    if (!stat.isSymbolicLink()) return {kind: 'special'}
    return {kind: 'link', target: readlinkSync(absolute).replaceAll(path.sep, '/'), mtimeMs: stat.mtimeMs}
  } catch (error) {
    if (isGone(error)) return undefined
    throw unreadable(place, file, error)
  }
}

/** Names in a directory of the context. CONTEXT_UNREADABLE, or PROJECT_NOT_FOUND where the context itself is not there. */
export const list = (place: Place, directory: string): Dirent[] => {
  const absolute = path.join(place.context, directory)
  try {
    return readdirSync(absolute, {withFileTypes: true})
  } catch (error) {
    if (!isGone(error)) throw unreadable(place, directory, error)
    // A directory that went away while it was walked is simply not there; the context itself must be.
    if (directory !== '') return []
    throw new ImmError('PROJECT_NOT_FOUND', `The build context ${absolute} is not a directory.`, {
      next: 'Correct `build.context` in imm.yaml, or run imm in the directory of the project.',
      cause: error,
    })
  }
}
