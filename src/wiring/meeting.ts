import {unlessAborted} from './unless-aborted.ts'

/** A place where all of some wait for the last of them. */
export interface Meeting {
  /** Resolves once all have arrived. */
  arrive(name: string, signal: AbortSignal): Promise<void>
}

export const meetingOf = (names: readonly string[]): Meeting => {
  const missing = new Set(names)
  const all = Promise.withResolvers<void>()
  return {
    async arrive(name, signal) {
      missing.delete(name)
      if (missing.size === 0) all.resolve()
      await unlessAborted(all.promise, signal)
    },
  }
}
