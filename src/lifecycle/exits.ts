import {isImmError} from '../errors.ts'
import type {EngineEvent, Instance} from './ports.ts'
import type {World} from './world.ts'

/** Tells who waits for it that a container has ended: one subscription for all, so that a launch costs no extra connection. */
export interface Exits {
  /** Resolves when the container ends (or has ended since this began); rejects only with the signal's reason. */
  of(id: string, signal: AbortSignal): Promise<void>
  /** Whether it has ended since this began. */
  ended(id: string): boolean
  /** Every end and every change of health from now on. */
  subscribe(listener: (event: EngineEvent) => void): void
}

export interface ExitsWatch extends Exits {
  /** Reads the engine's events until the signal aborts; resolves with `lost` when the engine goes away. */
  run(signal: AbortSignal): Promise<'stopped' | 'lost'>
}

// Ids of ended containers are kept a while: the event may come before launch has told anybody the id.
const rememberedEnds = 200

export const watchExits = ({engine}: Pick<World, 'engine'>, labels: Readonly<Record<string, string>>): ExitsWatch => {
  const ended = new Set<string>()
  const listeners = new Set<(event: EngineEvent) => void>()
  const waiting = new Map<string, Set<() => void>>()
  const note = (event: EngineEvent) => {
    if (event.kind === 'exited') {
      ended.add(event.id)
      if (ended.size > rememberedEnds) ended.delete([...ended][0] ?? '')
      for (const wake of waiting.get(event.id) ?? []) wake()
    }
    for (const listener of listeners) listener(event)
  }
  return {
    of(id, signal) {
      if (ended.has(id)) return Promise.resolve()
      const {promise, resolve, reject} = Promise.withResolvers<void>()
      const stop = () => reject(signal.reason as Error)
      signal.throwIfAborted()
      signal.addEventListener('abort', stop, {once: true})
      const wakers = waiting.get(id) ?? new Set()
      waiting.set(id, wakers.add(resolve))
      return promise.finally(() => {
        signal.removeEventListener('abort', stop)
        wakers.delete(resolve)
        if (wakers.size === 0) waiting.delete(id)
      })
    },
    ended: (id) => ended.has(id),
    subscribe: (listener) => void listeners.add(listener),
    async run(signal) {
      try {
        for await (const event of engine.events(labels, signal)) note(event)
      } catch (error) {
        if (isImmError(error, 'ENGINE_LOST')) return 'lost'
        if (!signal.aborted) throw error
      }
      return 'stopped'
    },
  }
}

export const hasEnded = ({state}: Instance): boolean => state === 'exited' || state === 'dead'
