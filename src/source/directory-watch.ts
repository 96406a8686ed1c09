import {lstatSync, readdirSync, statSync, watch} from 'node:fs'
import type {Dirent, FSWatcher} from 'node:fs'
import path from 'node:path'

import {isInside} from './mount.ts'
import type {Place} from './place.ts'
import {isWatchLimitCode, watchLimit} from './reports.ts'
import type {Reports, Watch} from './reports.ts'
import type {Scope} from './scope.ts'
import {pace, run} from './steps.ts'
import type {Steps} from './steps.ts'

/**
 * Watches by inotify, one watch for a directory with all files in it. chokidar takes one for every file as well, which at 20,000 files is
 * 190 MB and seconds of start; elsewhere than on Linux it has other ways, and is what is used there.
 *
 * Resolves when nothing is missed any more. Rejects, or fails later, with WATCH_LIMIT where the system has no more watches.
 */
export const watchDirectories = async (
  place: Place,
  scope: Scope,
  reports: Reports,
  signal: AbortSignal,
): Promise<Watch> => {
  const {context} = place
  /** by absolute path; `names`: only these count, undefined: all */
  const watches = new Map<string, {watcher: FSWatcher; names: Set<string> | undefined}>()
  const onTheWay = new Set([...scope.exact].flatMap(directoriesAbove))
  const closing = new AbortController()
  const stopped = AbortSignal.any([signal, closing.signal])

  const close = (directory: string): void => {
    watches.get(directory)?.watcher.close()
    watches.delete(directory)
  }

  const isWatched = (directory: string): boolean => {
    const known = watches.get(directory)
    return known !== undefined && known.names === undefined
  }

  const add = (directory: string, names: Set<string> | undefined): boolean => {
    close(directory)
    try {
      // Who waits for a change keeps the process alive, not the watches.
      const watcher = watch(directory, {persistent: false}, (type, name) => heard(directory, type, name))
      watcher.on('error', () => {
        forget(directory)
        reports.note(directory)
      })
      watches.set(directory, {watcher, names})
      return true
    } catch (error) {
      // Anything else is about one directory, which is gone, or which the next snapshot names.
      if (isWatchLimitCode(error)) throw watchLimit(error)
      return false
    }
  }

  /** Watches a directory and those in it. The watch stands before it is listed, so that what comes later is reported. */
  function* addTree(directory: string, isAdded: (directory: string) => void): Steps<void> {
    const waiting = [directory]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (slices.isOver()) yield
      if (stopped.aborted || scope.prunes(next)) continue
      if (!isWatched(next)) {
        if (!add(next, undefined)) continue
        isAdded(next)
      }
      for (const entry of listOf(next)) if (entry.isDirectory()) waiting.push(path.join(next, entry.name))
    }
  }

  const forget = (directory: string): void => {
    for (const watched of watches.keys())
      if (watched === directory || watched.startsWith(`${directory}${path.sep}`)) close(watched)
  }

  const heard = (directory: string, type: 'rename' | 'change', name: string | null): void => {
    const known = watches.get(directory)
    if (known === undefined || stopped.aborted) return
    if (name === null) return reports.noteEverything()
    const file = path.join(directory, name)
    // The name of the directory itself means itself: it was taken away or moved, and its parent may not be watched.
    const isOwn = type === 'rename' && name === path.basename(directory)
    if (known.names !== undefined) {
      if (!isOwn && !known.names.has(name)) return
    } else {
      if (isOwn && directory === context) reports.note(directory)
      const wasWatched = isWatched(file)
      if (type === 'rename') guard(() => follow(file))
      // Of an ignored directory that is watched, something inside counts.
      if (!scope.isOut(file) || wasWatched || isWatched(file)) reports.note(file)
    }
    if (type === 'rename' && (isOwn || onTheWay.has(file))) guard(addExact)
    for (const exact of scope.exact) if (exact === file || exact.startsWith(file + path.sep)) reports.note(exact)
  }

  /** A name came, went, or stands for something else. */
  const follow = (file: string): void => {
    const isDirectory = isDirectoryAt(file)
    if (watches.has(file)) forget(file)
    if (!isDirectory || scope.prunes(file)) return
    // At once: until its watch stands, what happens in it is unknown. Of a large tree the rest follows, and is looked at once more.
    slices.begin()
    const steps = addTree(file, reports.note)
    if (steps.next().done !== true) run(steps, slices, stopped).catch(failLater)
  }

  const guard = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      failLater(error)
    }
  }
  const failLater = (error: unknown): void => {
    if (!stopped.aborted) reports.fail(error as Error)
  }

  /** Files that count wherever they are: by their directory, and those above it, which tell when it comes or goes. */
  const addExact = (): void => {
    for (const [directory, {names}] of watches) if (names !== undefined) close(directory)
    for (const file of scope.exact) for (const each of waysTo(file, place.project)) watchName(each)
  }

  const watchName = ({directory, name}: Way): void => {
    const known = watches.get(directory)
    if (known === undefined) add(directory, new Set([name]))
    else known.names?.add(name)
  }

  const dispose = async (): Promise<void> => {
    closing.abort()
    for (const directory of watches.keys()) close(directory)
  }
  const slices = pace()
  try {
    await run(
      addTree(context, () => undefined),
      slices,
      stopped,
    )
    addExact()
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    cover: () => {
      run(addTree(context, reports.note), slices, stopped).catch(failLater)
    },
    [Symbol.asyncDispose]: dispose,
  }
}

const directoriesAbove = (file: string): string[] => {
  const parent = path.dirname(file)
  return parent === file ? [] : [parent, ...directoriesAbove(parent)]
}

interface Way {
  directory: string
  /** what counts in it */
  name: string
}

/**
 * The directories of the project above a file, from above, and the one that it is in. Lazily: a directory may come just before the watch
 * above it stands.
 */
function* waysTo(file: string, project: string): Generator<Way> {
  const chain = [file, ...directoriesAbove(file)]
  for (const [index, directory] of chain.entries().toArray().toReversed()) {
    const inside = chain[index - 1]
    if (inside === undefined || (index > 1 && !isInside(project, directory))) continue
    if (isDirectoryAt(directory, statSync)) yield {directory, name: path.basename(inside)}
  }
}

const isDirectoryAt = (file: string, look: typeof statSync = lstatSync): boolean => {
  try {
    return look(file).isDirectory()
  } catch {
    return false
  }
}

const listOf = (directory: string): Dirent[] => {
  try {
    return readdirSync(directory, {withFileTypes: true})
  } catch {
    // Gone again, or not to be read: the next snapshot names it.
    return []
  }
}
