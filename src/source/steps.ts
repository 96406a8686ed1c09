import {setImmediate} from 'node:timers/promises'

/**
 * Synchronous work that yields where the event loop may have a turn, or a promise that it needs. One thread without promises takes a
 * third of the time.
 */
export type Steps<R> = Generator<Promise<void> | undefined, R, undefined>

/** How long work keeps the event loop to itself. */
export interface Pace {
  /** Whether it is time for a yield. */
  isOver(): boolean
  begin(): void
  /** of work so far, without rests */
  workedMs(): number
  /** Between two slices. */
  rest(): Promise<unknown>
}

const sliceMs = 8

export const pace = (rest: () => Promise<unknown> = () => setImmediate()): Pace => {
  let beganMs = performance.now()
  let workedMs = 0
  return {
    isOver: () => performance.now() - beganMs > sliceMs,
    begin: () => {
      beganMs = performance.now()
    },
    workedMs: () => workedMs + performance.now() - beganMs,
    rest: () => {
      workedMs += performance.now() - beganMs
      return rest()
    },
  }
}

export const run = async <R>(steps: Steps<R>, at: Pace, signal: AbortSignal): Promise<R> => {
  signal.throwIfAborted()
  at.begin()
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value
    await (step.value ?? at.rest())
    signal.throwIfAborted()
    at.begin()
  }
}
