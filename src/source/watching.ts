import type {WatchSettings} from '../config/settings.ts'
import type {Clock} from '../lifecycle/ports.ts'
import {readIgnoreRules} from './ignore.ts'
import {silentMount} from './mount.ts'
import type {Reports} from './native-watch.ts'
import {isWatchLimit, watchNatively} from './native-watch.ts'
import type {Place} from './place.ts'
import {watchByPolling} from './poll-watch.ts'
import type {Scope} from './scope.ts'
import {scopeOf} from './scope.ts'
import type {Settler} from './settle.ts'

/** The watch over one place, whichever way it is done, through changes of what is to be watched. */
export interface Watching extends AsyncDisposable {
  /** Resolves when no event is missed any more; rejects where watching is impossible. */
  ready(): Promise<void>
  scope(): Scope | undefined
  /** The ignore rules are others now: watch by them. */
  renew(): void
}

export interface WatchingOptions {
  place: Place
  settingsFiles: readonly string[]
  watch: WatchSettings
  clock: Clock
  settling: Settler
  warn: (message: string) => void
}

export const startWatching = (options: WatchingOptions): Watching => {
  const {place, settingsFiles, watch, clock, settling, warn} = options
  const stopped = new AbortController()
  const {signal} = stopped
  let poll = watch.poll
  let scope: Scope | undefined
  let current: AsyncDisposable | undefined

  const start = async (): Promise<void> => {
    // What is malformed is refused by the snapshot, which names it; here the other patterns still keep node_modules out.
    const next = scopeOf(place, settingsFiles, watch, await readIgnoreRules(place, 'leave out', signal))
    poll ??= await pollsBecauseOf(place, warn)
    // The old watch goes on until the new one misses nothing; what both report is one report.
    const replaced = current
    scope = next
    current = poll ? await watchByPolling(place, next, clock, reports, signal) : await watchOrPoll(next)
    await replaced?.[Symbol.asyncDispose]()
  }

  const watchOrPoll = async (next: Scope): Promise<AsyncDisposable> => {
    try {
      return await watchNatively(next, reports, signal)
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
    restart(() => settling.noteEverything())
  }
  const reports: Reports = {
    note: (file) => settling.note(file),
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
    renew: () => restart(() => undefined),
    [Symbol.asyncDispose]: async () => {
      stopped.abort()
      await Promise.allSettled([readying])
      await current?.[Symbol.asyncDispose]()
    },
  }
}

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
