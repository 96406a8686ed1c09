import path from 'node:path'

import type {WatchSettings} from '../config/settings.ts'
import {ImmBug, isImmError} from '../errors.ts'
import type {Clock, Snapshot, Source} from '../lifecycle/ports.ts'
import {changesOf} from './changes.ts'
import {systemClock} from './clock.ts'
import {gitLock} from './git-lock.ts'
import {fingerprints} from './known.ts'
import {packEntries} from './pack.ts'
import {placeOf} from './place.ts'
import {settler} from './settle.ts'
import type {Contents, HashCache} from './snapshot.ts'
import {takeSnapshot} from './snapshot.ts'
import {startWatching} from './watching.ts'
import type {Watching} from './watching.ts'
import {within} from './within.ts'

export interface SourceOptions {
  /** directory of the project */
  project: string
  /** directory that is sent to the engine, absolute */
  context: string
  /** relative to the context, with `/` */
  dockerfile: string
  /** absolute; whether they exist yet or not */
  settingsFiles: readonly string[]
  watch: WatchSettings
  clock?: Clock
}

/** The longest that a tree which never comes to rest is waited for. */
const longestMs = 1000

/**
 * The files of one app. Watching begins at once, so that nothing is missed: what happens before changes() is asked is kept for it, and
 * snapshot() first waits until no event can be missed. Watching ends when the signal of changes() aborts; none of it keeps the process
 * alive unless somebody waits for a change.
 *
 * Throws CONFIG_INVALID for a Dockerfile outside of the context.
 */
export const openSource = (options: SourceOptions): Source & AsyncDisposable => {
  const {project, context, dockerfile, watch, clock = systemClock} = options
  const place = placeOf(project, context, dockerfile)
  const settingsFiles = options.settingsFiles.map((file) => path.resolve(file))
  const cache: HashCache = new Map()
  const taken = new WeakMap<Snapshot, Contents>()
  const news = new Set<string>()
  const settling = settler({clock, quietMs: watch.quietMs, longestMs, busy: gitLock(place.project, clock)})
  const warn = (message: string) => void news.add(message)
  const start = () => startWatching({place, settingsFiles, watch, clock, settling, warn})
  // Read now: a change from here on is a change, whenever changes() is asked.
  const settings = fingerprints(settingsFiles)
  let watching: Watching | undefined = start()
  let last: Contents | undefined
  const underWay = new Set<Promise<Snapshot>>()

  const stop = async (): Promise<void> => {
    const stopping = watching
    watching = undefined
    await stopping?.[Symbol.asyncDispose]()
  }

  // One under way is waited for: it may have read what was reported meanwhile, and one save must not be two changes.
  const lastTaken = async (): Promise<Contents | undefined> => {
    await Promise.allSettled(underWay)
    return last
  }
  const take = async (signal: AbortSignal): Promise<Snapshot> => {
    await within(watching?.ready(), signal)
    const {snapshot, contents} = await takeSnapshot(place, cache, signal)
    const complete = {...snapshot, warnings: [...news, ...snapshot.warnings]}
    news.clear()
    taken.set(complete, contents)
    last = contents
    return complete
  }

  const stopSoon = () => void stop()

  return {
    async *changes(signal) {
      watching ??= start()
      signal.addEventListener('abort', stopSoon, {once: true})
      try {
        yield* changesOf({place, settings: await settings, settling, watching, cache, warn, last: lastTaken}, signal)
      } finally {
        signal.removeEventListener('abort', stopSoon)
        // Who only stops listening may come back, and must not have missed anything.
        if (signal.aborted) await stop()
      }
    },
    snapshot: async (signal) => {
      const taking = take(signal)
      underWay.add(taking)
      try {
        return await taking
      } finally {
        underWay.delete(taking)
      }
    },
    pack: (snapshot, signal) => {
      const contents = taken.get(snapshot)
      if (contents === undefined) throw new ImmBug('A snapshot can be packed only by the source that took it.')
      const out = packEntries(place, contents.entries.values(), signal)
      out.once('error', (error) => {
        // What is there is not what the last snapshot says: nothing may be dropped for being the same as it.
        if (isImmError(error, 'SNAPSHOT_MOVED') && last === contents) last = undefined
      })
      return out
    },
    [Symbol.asyncDispose]: stop,
  }
}
