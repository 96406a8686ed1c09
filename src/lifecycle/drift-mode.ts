import type {Settings} from '../config/settings.ts'

/** What is done about drift, as the settings have it now. */
export interface DriftMode {
  readonly now: Settings['immutable']
  set(next: Settings['immutable']): void
  /** Resolves when it is to be replaced, or the signal aborts. */
  untilReplace(signal: AbortSignal): Promise<void>
}

export const driftMode = (first: Settings['immutable']): DriftMode => {
  let now = first
  let changed = Promise.withResolvers<void>()
  const mode: DriftMode = {
    get now() {
      return now
    },
    set(next) {
      now = next
      changed.resolve()
      changed = Promise.withResolvers()
    },
    async untilReplace(signal) {
      const stop = () => mode.set(now)
      signal.addEventListener('abort', stop, {once: true})
      while (mode.now !== 'replace' && !signal.aborted) await changed.promise
      signal.removeEventListener('abort', stop)
    },
  }
  return mode
}
