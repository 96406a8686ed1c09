import type {Ready} from '../lifecycle/services/when-ready.ts'
import {unlessAborted} from './unless-aborted.ts'

/** Which apps have had a live release: that is what `started` and `healthy` mean of them. */
export interface AppReadiness {
  names: readonly string[]
  ready: Ready
  live(name: string): void
}

export const appReadiness = (names: readonly string[]): AppReadiness => {
  const lives = new Map(names.map((name) => [name, Promise.withResolvers<void>()]))
  return {
    names,
    live: (name) => lives.get(name)?.resolve(),
    async ready(name, _condition, signal) {
      const live = lives.get(name)
      if (live) await unlessAborted(live.promise, signal)
    },
  }
}
