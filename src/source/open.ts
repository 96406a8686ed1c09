import path from 'node:path'

import type {WatchSettings} from '../config/settings.ts'
import {ImmBug} from '../errors.ts'
import type {Clock, Snapshot, Source} from '../lifecycle/ports.ts'
import {buildTreeOf} from './build-tree.ts'
import {changesOf} from './changes.ts'
import {systemClock} from './clock.ts'
import type {Contents} from './contents.ts'
import {fingerprints} from './fingerprints.ts'
import {gitLock} from './git-lock.ts'
import {layerOf} from './layer.ts'
import {lookingOf} from './looking.ts'
import {packTree} from './pack.ts'
import {placeOf} from './place.ts'
import {arrived, rescan, rescanSometimes} from './rescan.ts'
import {settler} from './settle.ts'
import {snapshotOf} from './snapshot.ts'
import {pace} from './steps.ts'
import type {Pace} from './steps.ts'
import {startWatching} from './watching.ts'
import type {Watching} from './watching.ts'
import {within} from './within.ts'

export interface SourceOptions {
  /** directory of the project */
  project: string
  /** directory that is sent to the engine, absolute */
  context: string
  /** relative to the context, with `/`; undefined: it comes from elsewhere */
  dockerfile: string | undefined
  /** files, and directories with all they hold, that enter no image, whatever the ignore file says; absolute */
  outside?: readonly string[]
  /** absolute; whether they exist yet or not */
  settingsFiles: readonly string[]
  watch: WatchSettings
  clock?: Clock
  /** how often all files are looked at for what no event told, at the most */
  rescanMs?: number
}

/** The longest that a tree which never comes to rest is waited for. */
const longestMs = 1000

const defaultRescanMs = 60_000

/**
 * The files of one app. Watching begins at once, so that nothing is missed: what happens before changes() is asked is kept for it, and
 * snapshot() first waits until no event can be missed. Watching ends when the signal of changes() aborts; none of it keeps the process
 * alive unless somebody waits for a change.
 *
 * Throws CONFIG_INVALID for a Dockerfile outside of the context.
 */
export const openSource = (options: SourceOptions): Required<Source> & AsyncDisposable => {
  const {project, context, dockerfile, watch, clock = systemClock, rescanMs = defaultRescanMs} = options
  const place = placeOf(project, context, dockerfile, options.outside)
  const settingsFiles = options.settingsFiles.map((file) => path.resolve(file))
  const taken = new WeakMap<Snapshot, Contents>()
  const news = new Set<string>()
  const warn = (message: string) => void news.add(message)
  const looking = lookingOf(place, () => watching?.unbroken(), warn)
  const settling = settler({clock, quietMs: watch.quietMs, longestMs, busy: gitLock(place.project, clock)})
  const start = () => startWatching({place, settingsFiles, watch, clock, settling, heard: looking.heard, warn})
  // Read now: a change from here on is a change, whenever changes() is asked.
  const settings = fingerprints(settingsFiles)
  let watching: Watching | undefined = start()
  let told: Contents | undefined

  const stop = async (): Promise<void> => {
    const stopping = watching
    watching = undefined
    await stopping?.[Symbol.asyncDispose]()
  }
  const stopSoon = () => void stop()

  const scan = async (slices: Pace, signal: AbortSignal): Promise<number> => {
    // Who polls looks at everything anyway, and reports late.
    if (watching?.unbroken() === undefined) return 0
    const files = await rescan(place, looking, slices, signal)
    looking.missed(files)
    for (const file of files)
      if (watching?.scope()?.matters(file) === true) settling.note(path.join(place.context, file))
    return files.length
  }

  /** What was read is not what is there: nothing may be dropped for being the same as it. */
  const isMoved = (of: Contents) => (file: string) => {
    looking.doubt(file)
    if (told === of) told = undefined
  }

  const files = (): number => looking.keeper.now()?.root.files ?? 0

  const contentsOf = (snapshot: Snapshot): Contents => {
    const contents = taken.get(snapshot)
    if (contents === undefined) throw new ImmBug('A snapshot can be packed only by the source that took it.')
    return contents
  }

  return {
    async *changes(signal) {
      watching ??= start()
      const over = new AbortController()
      const scans = AbortSignal.any([signal, over.signal])
      signal.addEventListener('abort', stopSoon, {once: true})
      const scanning = rescanSometimes({clock, everyMs: rescanMs, files, scan: (slices) => scan(slices, scans)}, scans)
      scanning.catch(() => undefined)
      try {
        const {look} = looking
        const tell = (contents: Contents) => void (told = contents)
        const asked = {place, settings: await settings, settling, watching, warn, look, told: () => told, tell}
        yield* changesOf(asked, signal)
      } finally {
        over.abort()
        await scanning.catch(() => undefined)
        signal.removeEventListener('abort', stopSoon)
        // Who only stops listening may come back, and must not have missed anything.
        if (signal.aborted) await stop()
      }
    },
    snapshot: async (signal) => {
      await within(watching?.ready(), signal)
      if (watching !== undefined) await arrived()
      const contents = await looking.look(watching?.unbroken() === undefined, signal)
      told = contents
      const snapshot = snapshotOf(place, contents, news)
      news.clear()
      taken.set(snapshot, contents)
      return snapshot
    },
    rescan: async (signal) => scan(pace(), signal),
    settling: () => settling.isOpen,
    layer: async (snapshot, items, signal) => {
      const contents = contentsOf(snapshot)
      return layerOf(place, contents.root, items, isMoved(contents), signal)
    },
    pack: (snapshot, signal) => {
      const contents = contentsOf(snapshot)
      return packTree(place, contents.root, isMoved(contents), signal)
    },
    tree: (snapshot) => {
      const contents = contentsOf(snapshot)
      return buildTreeOf(place, contents, isMoved(contents))
    },
    [Symbol.asyncDispose]: stop,
  }
}
