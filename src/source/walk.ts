import path from 'node:path'

import {ImmError} from '../errors.ts'
import type {IgnoreRules} from './ignore.ts'
import {list, look} from './look.ts'
import type {DirectoryNode, FileNode, Left, Node} from './node.ts'
import {directoryNode, fileNode, isSettled, sameStat} from './node.ts'
import type {Place} from './place.ts'
import {shown, unreadable} from './place.ts'
import type {Hashed, Reading} from './read.ts'
import {hashLargeFile, hashSmallFile} from './read.ts'
import type {Pace, Steps} from './steps.ts'
import {below} from './tree.ts'

/** One pass over paths of a context, a whole tree or a few files. */
export interface Walk {
  place: Place
  rules: IgnoreRules
  /** paths that enter the image although they are ignored: the Dockerfile, and the file that it is a link to */
  forced: ReadonlySet<string>
  /** files whose content a stat proves nothing about */
  doubted: ReadonlySet<string>
  /** what was read in this pass, with whether its stat proves its content from now on */
  read: Map<string, boolean>
  /** a file with several names was read: its others have no event of their own */
  linked: boolean
  pace: Pace
  signal: AbortSignal
}

/** What is known of an entry from the listing of its directory. */
interface Listed {
  isDirectory: () => boolean
  isFile: () => boolean
}

/** Whether a path stays out by itself, whatever lies below it. */
export const isOut = ({rules, forced}: Pick<Walk, 'rules' | 'forced'>, file: string): boolean =>
  (rules.ignores(file) || isOverruled(file, rules)) && !forced.has(file)

/** `.dockerignore` beside a `Dockerfile.dockerignore` in force: builders other than BuildKit would apply it to what they get. */
const isOverruled = (file: string, rules: IgnoreRules): boolean =>
  file === '.dockerignore' && rules.file !== undefined && rules.file !== '.dockerignore'

/** Whether nothing at or below a path that is out can enter. */
export const isClosed = ({rules, forced}: Pick<Walk, 'rules' | 'forced'>, file: string): boolean =>
  rules.prunes(file) && ![...forced].some((inside) => inside.startsWith(`${file}/`))

/** What enters the image at a path now; what is unchanged is the previous node itself. */
export function* nodeAt(
  walk: Walk,
  file: string,
  previous: Node | undefined,
  listed?: Listed,
): Steps<Node | Left | undefined> {
  const out = isOut(walk, file)
  if (out && (listed?.isDirectory() === false || isClosed(walk, file))) return undefined
  // Of a file that is new there is nothing to compare: it is read at once.
  if (previous === undefined && listed?.isFile() === true) {
    const node = yield* fileAt(walk, file, undefined)
    return node ?? (file.includes('\uFFFD') ? 'unnameable' : undefined)
  }
  const found = look(walk.place, file)
  // Node reads bytes that are no UTF-8 as U+FFFD, and then finds no file of that name.
  if (found === undefined) return listed !== undefined && file.includes('\uFFFD') ? 'unnameable' : undefined
  if (found.kind === 'directory') {
    const directory = yield* directoryAt(walk, file, found, previous?.kind === 'directory' ? previous : undefined)
    return out && directory.children.size === 0 ? undefined : directory
  }
  if (out) return undefined
  if (found.kind === 'special') return 'special'
  if (found.kind === 'file') {
    const known = previous?.kind === 'file' ? previous : undefined
    if (known === undefined || !sameStat(known, found.stat) || walk.doubted.has(file))
      return yield* fileAt(walk, file, known)
    const {mode} = fileNode(found.stat, known.hash)
    return mode === known.mode ? known : {...known, mode}
  }
  return previous?.kind === 'link' && previous.target === found.target && previous.mtimeMs === found.mtimeMs
    ? previous
    : found
}

/** The whole directory, by stat where that suffices. */
export function* directoryAt(
  walk: Walk,
  directory: string,
  {mode, mtimeMs}: {mode: number; mtimeMs: number},
  previous: DirectoryNode | undefined,
): Steps<DirectoryNode> {
  const children = new Map<string, Node>()
  const left = new Map<string, Left>()
  for (const entry of list(walk.place, directory)) {
    if (walk.pace.isOver()) yield
    const {name} = entry
    const node = yield* nodeAt(walk, below(directory, name), previous?.children.get(name), entry)
    if (typeof node === 'string') left.set(name, node)
    else if (node !== undefined) children.set(name, node)
  }
  return directoryNode({mode, mtimeMs, children, left}, previous)
}

const attempts = 3

function* fileAt(walk: Walk, file: string, previous: FileNode | undefined): Steps<FileNode | undefined> {
  const {place, signal} = walk
  const absolute = path.join(place.context, file)
  for (let attempt = 0; attempt < attempts; attempt++) {
    let reading = readSmall(place, file, absolute)
    if (reading === 'large') {
      const large: {reading?: Reading} = {}
      yield readLarge(place, file, absolute, signal).then((result) => void (large.reading = result))
      reading = large.reading
    }
    if (reading === undefined) return undefined
    if (typeof reading !== 'string') return keep(walk, file, reading, previous)
  }
  throw new ImmError('SNAPSHOT_MOVED', `${shown(place, file)} changed each time it was read.`, {
    next: `If a program writes it all the time, keep it out of the image with the line \`${file}\` in .dockerignore.`,
  })
}

const readSmall = (place: Place, file: string, absolute: string): Reading => {
  try {
    return hashSmallFile(absolute)
  } catch (error) {
    throw unreadable(place, file, error)
  }
}

const readLarge = async (place: Place, file: string, absolute: string, signal: AbortSignal): Promise<Reading> => {
  try {
    return await hashLargeFile(absolute, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw unreadable(place, file, error)
  }
}

const keep = (walk: Walk, file: string, {stat, hash, hashedAtMs}: Hashed, previous: FileNode | undefined): FileNode => {
  const node = fileNode(stat, hash)
  walk.read.set(file, isSettled(node, hashedAtMs))
  if (previous?.hash === hash && previous.mode === node.mode && sameStat(previous, stat)) return previous
  if (stat.nlink > 1) walk.linked = true
  return node
}
