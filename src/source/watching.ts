import type {WatchSettings} from '../config/settings.ts'
import type {Clock} from '../lifecycle/ports.ts'
import {watchByChokidar} from './chokidar-watch.ts'
import {watchDirectories} from './directory-watch.ts'
import {readIgnoreRules} from './ignore.ts'
import {silentMount} from './mount.ts'
import type {Place} from './place.ts'
import {watchByPolling} from './poll-watch.ts'
import type {Reports, Watch} from './reports.ts'
import {isWatchLimit} from './reports.ts'
import type {Scope} from './scope.ts'
import {scopeOf} from './scope.ts'
import type {Settler} from './settle.ts'

/** The watch over one place, whichever way it is done, through changes of what is to be watched. */
export interface Watching extends AsyncDisposable {
  /** Resolves when no event is missed any more; rejects where watching is impossible. */
  ready(): Promise<void>
  scope(): Scope | undefined
  /**
   * A number for as long as every change of what enters the image is reported at once; another one after it was not for a while.
   * Undefined while reports come late or leave something out.
   */
  unbroken(): number | undefined
  /** Reports of new directories may be lost. */
  cover(): void
  /** The ignore rules are others now: watch by them. */
  renew(): void
}

export interface WatchingOptions {
  place: Place
  settingsFiles: readonly string[]
  watch: WatchSettings
  clock: Clock
  settling: Settler
  /** Called with every absolute path that was reported, whether a change of it counts or not; undefined: it may be any. */
  heard: (file: string | undefined) => void
  warn: (message: string) => void
}

export const startWatching = (options: WatchingOptions): Watching => {
  const {place, settingsFiles, watch, clock, settling, heard, warn} = options
  const stopped = new AbortController()
  const {signal} = stopped
  let poll = watch.poll
  let scope: Scope | undefined
  let current: Watch | undefined
  let started = 0

  const start = async (): Promise<void> => {
    // What is malformed is refused by the snapshot, which names it; here the other patterns still keep node_modules out.
    const next = scopeOf(place, settingsFiles, watch, await readIgnoreRules(place, 'leave out', signal))
    poll ??= await pollsBecauseOf(place, warn)
    // The old watch goes on until the new one misses nothing; what both report is one report.
    const replaced = current
    scope = next
    current = poll ? await watchByPolling(place, next, clock, reports, signal) : await watchOrPoll(next)
    started++
    await replaced?.[Symbol.asyncDispose]()
  }

  const watchOrPoll = async (next: Scope): Promise<Watch> => {
    try {
      return await watchNatively(place, next, reports, signal)
    } catch (error) {
      // Slower is better than not at all, unless it was ruled out.
      if (!isWatchLimit(error) || watch.poll === false) throw error
      poll = true
      warn(limitWarning(error as Error & {next: string}))
      return watchByPolling(place, next, clock, reports, signal)
    }
  }

  const fall = (error: Error): void => {
    if (signal.aborted) return
    if (!isWatchLimit(error) || watch.poll === false) return settling.fail(error)
    if (poll === true) return
    poll = true
    warn(limitWarning(error as Error & {next: string}))
    // What happened between the last event and the first look is known to nobody.
    restart(() => reports.noteEverything())
  }
  const reports: Reports = {
    note: (file) => {
      heard(file)
      const inContext = scope?.inContext(file)
      if (scope === undefined || scope.exact.has(file) || inContext === undefined || scope.matters(inContext))
        settling.note(file)
    },
    noteEverything: () => {
      heard(undefined)
      settling.noteEverything()
    },
    fail: (error) => fall(error),
  }

  let readying = start()
  readying.catch(() => undefined)
  const restart = (then: () => void): void => {
    readying = Promise.allSettled([readying]).then(start).then(then)
    readying.catch((error: unknown) => {
      if (!signal.aborted) settling.fail(error as Error)
    })
  }

  return {
    ready: () => readying,
    scope: () => scope,
    unbroken: () => (poll === true || !(isLinux || scope?.isWhole === true) ? undefined : started),
    cover: () => current?.cover?.(),
    renew: () => restart(() => undefined),
    [Symbol.asyncDispose]: async () => {
      stopped.abort()
      await Promise.allSettled([readying])
      await current?.[Symbol.asyncDispose]()
    },
  }
}

const isLinux = process.platform === 'linux'

/**
 * On Linux chokidar takes a watch for every file. Elsewhere it uses what the system has for whole trees, and knows what that leaves out.
 */
const watchNatively = async (place: Place, scope: Scope, reports: Reports, signal: AbortSignal): Promise<Watch> =>
  isLinux ? watchDirectories(place, scope, reports, signal) : watchByChokidar(scope, reports, signal)

const pollsBecauseOf = async (place: Place, warn: (message: string) => void): Promise<boolean> => {
  const type = await silentMount(place.context)
  if (type !== undefined)
    warn(
      `${place.context} is on ${type}, where changes are not announced: imm looks for them instead, which takes a little longer.`,
    )
  return type !== undefined
}

const limitWarning = (error: Error & {next: string}): string =>
  `${error.message} imm looks for changes instead, which takes a little longer. ${error.next}`
