import {setInterval, setTimeout} from 'node:timers/promises'

import type {Clock} from '../lifecycle/ports.ts'

const lookEveryMs = 2000
// The time of day is set by a little now and then.
const sleptMs = 5000

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
  // The monotonic clock stands still while the machine sleeps, the time of day does not.
  async *wakes(signal) {
    let aheadMs = Date.now() - performance.now()
    try {
      for await (const _ of setInterval(lookEveryMs, undefined, {signal, ref: false})) {
        const nowMs = Date.now() - performance.now()
        if (nowMs - aheadMs > sleptMs) yield
        aheadMs = nowMs
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  },
}
