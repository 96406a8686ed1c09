import {lstatSync} from 'node:fs'
import type {Dirent} from 'node:fs'
import path from 'node:path'

import type {Clock} from '../lifecycle/ports.ts'
import {list} from './look.ts'
import type {Place} from './place.ts'
import type {Reports} from './reports.ts'
import type {Scope} from './scope.ts'
import type {Pace, Steps} from './steps.ts'
import {pace, run} from './steps.ts'
import {below} from './tree.ts'

const shortestMs = 300
/** The tree is looked at no more than a tenth of the time, however large or slow it is. */
const restShare = 9

/**
 * Watches by looking at every file again and again. Resolves when the first look is done. One walk of the tree costs much less
 * than a poll of its own for each file, and sees by the same rules as a snapshot.
 */
export const watchByPolling = async (
  place: Place,
  scope: Scope,
  clock: Clock,
  reports: Reports,
  signal: AbortSignal,
): Promise<AsyncDisposable> => {
  const stopped = new AbortController()
  let before = await stamps(place, scope, signal)
  const looking = (async () => {
    let tookMs = 0
    for (;;) {
      await clock.sleep(Math.max(shortestMs, tookMs * restShare), stopped.signal)
      const startedMs = clock.now()
      const now = await stamps(place, scope, stopped.signal)
      for (const [file, stamp] of now) if (before.get(file) !== stamp) reports.note(file)
      for (const file of before.keys()) if (!now.has(file)) reports.note(file)
      before = now
      tookMs = clock.now() - startedMs
    }
  })().catch((error: unknown) => {
    if (!stopped.signal.aborted) reports.fail(error as Error)
  })
  return {
    [Symbol.asyncDispose]: async () => {
      stopped.abort()
      await looking
    },
  }
}

/** What a stat tells of each file, by absolute path. */
const stamps = async (place: Place, scope: Scope, signal: AbortSignal): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  const slices = pace()
  await run(walk(place, scope, slices, found), slices, signal)
  for (const file of scope.exact) note(file, found)
  return found
}

function* walk(place: Place, scope: Scope, slices: Pace, found: Map<string, string>): Steps<void> {
  const waiting = ['']
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const entry of listed(place, directory)) {
      if (slices.isOver()) yield
      const file = below(directory, entry.name)
      const absolute = path.join(place.context, file)
      if (entry.isDirectory() && !scope.prunes(absolute)) waiting.push(file)
      if (scope.counts(file)) note(absolute, found)
    }
  }
}

const listed = (place: Place, directory: string): Dirent[] => {
  try {
    return list(place, directory)
  } catch {
    // Not to be read: the next snapshot names it.
    return []
  }
}

const note = (file: string, found: Map<string, string>): void => {
  try {
    const {mode, size, mtimeMs, ctimeMs, ino} = lstatSync(file)
    found.set(file, [mode, size, mtimeMs, ctimeMs, ino].join(' '))
  } catch {
    // Not there, or not to be seen: that is what its absence says.
  }
}
