import type {Clock} from '../../src/lifecycle/ports.ts'
import {systemClock} from '../../src/wiring/clock.ts'

/** Time that passes only as a test says; shared by the processes of one environment. */
export interface FakeClock extends Clock {
  /** Waits until somebody sleeps for exactly so long, then lets them wake. */
  pass(ms: number): Promise<void>
  /** Waits until somebody sleeps for exactly so long. */
  asleep(ms: number): Promise<void>
  /** from now on nobody waits: each sleep is over at once, and the time has passed */
  hurry(): void
}

export const fakeClock = (): FakeClock => {
  const sleepers = new Set<{ms: number; wake(): void}>()
  let nowMs = 1_700_000_000_000
  let hurried = false
  let noticed = Promise.withResolvers<void>()
  const asleep = async (ms: number) => {
    for (;;) {
      const sleeper = [...sleepers].find((one) => one.ms === ms)
      if (sleeper) return sleeper
      await noticed.promise
    }
  }
  return {
    now: () => nowMs,
    async sleep(ms, signal) {
      signal.throwIfAborted()
      // Timers and Date.now() count whole ms.
      const wakeMs = Math.ceil(nowMs + ms)
      const {promise, resolve, reject} = Promise.withResolvers<void>()
      const sleeper = {
        ms,
        wake() {
          nowMs = Math.max(nowMs, wakeMs)
          resolve()
        },
      }
      const stop = () => reject(signal.reason as Error)
      signal.addEventListener('abort', stop, {once: true})
      sleepers.add(sleeper)
      noticed.resolve()
      noticed = Promise.withResolvers()
      if (hurried) setImmediate(() => sleeper.wake())
      try {
        await promise
      } finally {
        signal.removeEventListener('abort', stop)
        sleepers.delete(sleeper)
      }
    },
    async pass(ms) {
      ;(await asleep(ms)).wake()
    },
    asleep: async (ms) => void (await asleep(ms)),
    hurry() {
      hurried = true
      for (const sleeper of sleepers) sleeper.wake()
    },
  }
}

/** Fake time in which nobody waits. */
export const hurriedClock = (): FakeClock => {
  const clock = fakeClock()
  clock.hurry()
  return clock
}

export const realClock: Clock = systemClock
