import {lstatSync} from 'node:fs'
import path from 'node:path'

import type {Clock} from '../lifecycle/ports.ts'
import type {Reports} from './native-watch.ts'
import type {Place} from './place.ts'
import {scan} from './scan.ts'
import type {Scope} from './scope.ts'

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
  const {entries} = await scan(place, scope.rules, 'leave out', signal)
  for (const file of entries.keys()) if (scope.counts(file)) note(path.join(place.context, file), found)
  for (const file of scope.exact) note(file, found)
  return found
}

const note = (file: string, found: Map<string, string>): void => {
  try {
    const {mode, size, mtimeMs, ctimeMs, ino} = lstatSync(file)
    found.set(file, [mode, size, mtimeMs, ctimeMs, ino].join(' '))
  } catch {
    // Not there, or not to be seen: that is what its absence says.
  }
}
