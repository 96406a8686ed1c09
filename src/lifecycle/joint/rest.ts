import type {Clock} from '../ports.ts'

/** Whether something of a save may still be on its way to an app, once all that is known of are ready. */
export interface Rest {
  /** Where not, `wake` is called when it is to be asked again. */
  isThere(firstEventMs: number): boolean
  /** They are not ready any more. */
  reset(): void
}

export interface RestOptions {
  clock: Pick<Clock, 'now' | 'sleep'>
  /** Files change at this moment, and nobody was told yet. */
  settling: () => boolean
  wake: () => void
  signal: AbortSignal
}

/** Events of one save reach the sources of all apps within this time. */
const arrivalMs = 100
/** Files that never come to rest are not waited for any longer. */
const settlingMs = 2000
const lookAgainMs = 10

export const createRest = ({clock, settling, wake, signal}: RestOptions): Rest => {
  let sinceMs: number | undefined
  let isAsleep = false

  const later = (ms: number): false => {
    if (isAsleep) return false
    isAsleep = true
    const awake = () => {
      isAsleep = false
      wake()
    }
    void clock.sleep(ms, signal).then(awake, awake)
    return false
  }

  return {
    isThere(firstEventMs) {
      const nowMs = clock.now()
      sinceMs ??= nowMs
      const restMs = firstEventMs + arrivalMs - nowMs
      // A clock that was set back says nothing.
      if (restMs > 0 && nowMs - sinceMs < arrivalMs) return later(Math.min(restMs, arrivalMs))
      return nowMs - sinceMs >= settlingMs || !settling() || later(lookAgainMs)
    },
    reset: () => void (sinceMs = undefined),
  }
}
