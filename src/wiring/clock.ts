import {setTimeout} from 'node:timers/promises'

import type {Clock} from '../lifecycle/ports.ts'

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, {signal})
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}
