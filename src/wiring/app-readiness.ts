import type {ImmError} from '../errors.ts'
import type {Ready} from '../lifecycle/services/when-ready.ts'
import {unlessAborted} from './unless-aborted.ts'

/** Which apps have had a live release: that is what `started` and `healthy` mean of them. */
export interface AppReadiness {
  names: readonly string[]
  ready: Ready
  live(name: string): void
  /** It won't be: what waits for it need not go on. */
  failed(name: string, error: ImmError): void
}

export const appReadiness = (names: readonly string[]): AppReadiness => {
  const lives = new Map(names.map((name) => [name, Promise.withResolvers<void>()]))
  for (const {promise} of lives.values()) promise.catch(() => undefined)
  return {
    names,
    live: (name) => lives.get(name)?.resolve(),
    failed: (name, error) => lives.get(name)?.reject(error),
    async ready(name, _condition, signal) {
      const live = lives.get(name)
      if (live) await unlessAborted(live.promise, signal)
    },
  }
}
