import {lstatSync, readdirSync, readlinkSync, realpathSync} from 'node:fs'
import type {Dirent, Stats} from 'node:fs'
import path from 'node:path'
import {setImmediate} from 'node:timers/promises'

import {ImmError} from '../errors.ts'
import type {DirectoryEntry, FoundFile, LinkEntry} from './entry.ts'
import {foundFile, modeOf} from './entry.ts'
import type {IgnoreRules} from './ignore.ts'
import type {Place} from './place.ts'
import {shown, unreadable} from './place.ts'
import {isGone} from './read.ts'

export type Found = FoundFile | DirectoryEntry | LinkEntry

export interface Scan {
  entries: Map<string, Found>
  /** sockets, FIFOs and devices, which no image can hold */
  special: readonly string[]
  /** names that are no valid UTF-8, with `\uFFFD` where the bytes make no sense */
  unnameable: readonly string[]
}

/** How long the walk keeps the event loop to itself, ms. One thread without promises takes a third of the time. */
const sliceMs = 8

interface Walk extends Scan {
  place: Place
  entries: Map<string, Found>
  special: string[]
  unnameable: string[]
  unreadable: 'refuse' | 'leave out'
}

/**
 * Walks what would enter the image, by stat alone. What can't be read rejects with CONTEXT_UNREADABLE, and a missing context or
 * Dockerfile with PROJECT_NOT_FOUND, unless it may be left out.
 */
export const scan = async (
  place: Place,
  rules: IgnoreRules,
  cannot: 'refuse' | 'leave out',
  signal: AbortSignal,
): Promise<Scan> => {
  const walk: Walk = {place, entries: new Map(), special: [], unnameable: [], unreadable: cannot}
  const directories = ['']
  let pauseAtMs = performance.now() + sliceMs
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    for (const child of list(walk, directory)) {
      if (performance.now() > pauseAtMs) {
        await setImmediate()
        signal.throwIfAborted()
        pauseAtMs = performance.now() + sliceMs
      }
      const file = directory === '' ? child.name : `${directory}/${child.name}`
      const ignored = rules.ignores(file)
      if (child.isDirectory() && !(ignored && rules.prunes(file))) directories.push(file)
      if (!ignored && !isOverruled(file, rules)) add(walk, file)
    }
  }
  signal.throwIfAborted()
  addDockerfile(walk)
  return walk
}

/** `.dockerignore` beside a `Dockerfile.dockerignore` in force: builders other than BuildKit would apply it to what they get. */
const isOverruled = (file: string, rules: IgnoreRules): boolean =>
  file === '.dockerignore' && rules.file !== undefined && rules.file !== '.dockerignore'

const list = (walk: Walk, directory: string): Dirent[] => {
  const absolute = path.join(walk.place.context, directory)
  try {
    return readdirSync(absolute, {withFileTypes: true})
  } catch (error) {
    if (walk.unreadable === 'leave out') return []
    if (!isGone(error)) throw unreadable(walk.place, directory, error)
    // A directory that went away while it was walked is simply not there; the context itself must be.
    if (directory !== '') return []
    throw new ImmError('PROJECT_NOT_FOUND', `The build context ${absolute} is not a directory.`, {
      next: 'Correct `build.context` in imm.yaml, or run imm in the directory of the project.',
      cause: error,
    })
  }
}

const statOf = (place: Place, file: string): Stats | undefined => {
  try {
    return lstatSync(path.join(place.context, file))
  } catch (error) {
    if (isGone(error)) return undefined
    throw unreadable(place, file, error)
  }
}

/** What is at one path now; undefined where nothing is that an image can hold. */
export const look = (place: Place, file: string): Found | 'special' | undefined => {
  const stat = statOf(place, file)
  if (stat === undefined) return undefined
  if (stat.isFile()) return foundFile(file, stat)
  const found = {path: file, mode: modeOf(stat), mtimeMs: stat.mtimeMs}
  if (stat.isDirectory()) return {...found, kind: 'directory'}
  if (!stat.isSymbolicLink()) return 'special'
  try {
    return {...found, kind: 'link', target: readlinkSync(path.join(place.context, file)).replaceAll(path.sep, '/')}
  } catch (error) {
    if (isGone(error)) return undefined
    throw unreadable(place, file, error)
  }
}

const add = (walk: Walk, file: string): void => {
  const {place, entries, special, unnameable} = walk
  const found = lookAs(walk, file)
  if (found === 'special') special.push(shown(place, file))
  // Node reads bytes that are no UTF-8 as U+FFFD, and then finds no file of that name.
  else if (found === undefined && file.includes('\uFFFD')) unnameable.push(shown(place, file))
  else if (found !== undefined) {
    addParents(walk, file)
    entries.set(file, found)
  }
}

const lookAs = ({place, unreadable: cannot}: Walk, file: string): ReturnType<typeof look> => {
  try {
    return look(place, file)
  } catch (error) {
    if (cannot === 'leave out') return undefined
    throw error
  }
}

/** A directory that is ignored itself enters with what an exception lets in below it. */
const addParents = (walk: Walk, file: string): void => {
  const parent = path.posix.dirname(file)
  if (parent === '.' || walk.entries.has(parent)) return
  addParents(walk, parent)
  const found = lookAs(walk, parent)
  if (found !== undefined && found !== 'special') walk.entries.set(parent, found)
}

/** Every builder needs the Dockerfile in what it is sent, ignored or not. */
const addDockerfile = (walk: Walk): void => {
  const {place, entries} = walk
  const {dockerfile, context} = place
  if (!entries.has(dockerfile)) add(walk, dockerfile)
  if (walk.unreadable === 'leave out') return
  const found = entries.get(dockerfile)
  if (found === undefined || found.kind === 'directory') {
    throw new ImmError('PROJECT_NOT_FOUND', `There is no ${shown(place, dockerfile)}.`, {
      next: 'Correct `build.dockerfile` in imm.yaml, or let `imm init` write a Dockerfile.',
    })
  }
  if (found.kind === 'file') return
  const target = linkTarget(context, dockerfile)
  if (target === undefined) {
    throw new ImmError(
      'CONFIG_INVALID',
      `${shown(place, dockerfile)} is a link to nothing inside the build context ${context}.`,
      {
        next: 'Put the Dockerfile itself into the context.',
      },
    )
  }
  if (!entries.has(target)) add(walk, target)
}

const linkTarget = (context: string, file: string): string | undefined => {
  try {
    const relative = path.relative(realpathSync(context), realpathSync(path.join(context, file)))
    return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative.replaceAll(path.sep, '/')
  } catch {
    return undefined
  }
}
