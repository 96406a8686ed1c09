import {setTimeout} from 'node:timers/promises'

import type {Clock} from '../lifecycle/ports.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    signal.throwIfAborted()
    try {
      await setTimeout(ms, undefined, {signal})
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}
