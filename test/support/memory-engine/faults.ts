import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../../../src/errors.ts'
import type {Engine} from '../../../src/lifecycle/ports.ts'

type Call = Exclude<keyof Engine, 'facts'>

/** What can go wrong with an engine, switched by a test. */
export interface Faults {
  /** every call and every event stream fails with ENGINE_LOST, until `back` */
  lose(): void
  back(): void
  /** every call takes that much longer */
  slow(ms: number): void
  /** the next such call rejects with this error */
  failNext(call: Call, error: Error): void
  /** the next such call waits until the returned function is called */
  holdNext(call: Call): () => void
}

export interface FaultGate extends Faults {
  /** passed by every call before it does anything */
  enter(call: Call, signal: AbortSignal): Promise<void>
}

export const faultGate = (onLost: (error: ImmError) => void): FaultGate => {
  const failures = new Map<Call, Error>()
  const holds = new Map<Call, Promise<void>>()
  let lost: ImmError | undefined
  let delayMs = 0
  return {
    lose() {
      lost = new ImmError('ENGINE_LOST', 'the engine went away')
      onLost(lost)
    },
    back() {
      lost = undefined
    },
    slow(ms) {
      delayMs = ms
    },
    failNext(call, error) {
      failures.set(call, error)
    },
    holdNext(call) {
      const {promise, resolve} = Promise.withResolvers<void>()
      holds.set(call, promise)
      return resolve
    },
    async enter(call, signal) {
      signal.throwIfAborted()
      const held = holds.get(call)
      holds.delete(call)
      await held
      if (delayMs > 0) await wait(delayMs, signal)
      const failure = lost ?? failures.get(call)
      failures.delete(call)
      if (failure) throw failure
    },
  }
}

/** Rejects with the signal's own reason, as the port promises. */
export const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, {signal})
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}
