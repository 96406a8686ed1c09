import {setTimeout as sleep} from 'node:timers/promises'

import {isImmError} from '../errors.ts'

/** About a minute: an engine that comes back later has none of its containers running. */
const waitsMs = [250, 500, 1000, 2000, 4000, 8000, 15_000, 30_000]

/** Tries until it succeeds: an engine that is away, or does not answer in time, must not cost what runs on it its route. */
export const rebuildAgain = async (
  attempt: () => Promise<void>,
  log: (text: string) => void,
  delaysMs: readonly number[] = waitsMs,
): Promise<void> => {
  for (const delayMs of [...delaysMs, undefined]) {
    try {
      return await attempt()
    } catch (error) {
      if (!isImmError(error)) throw error
      const then = delayMs === undefined ? 'given up' : `tried again in ${delayMs} ms`
      log(`the routes could not be rebuilt: ${error.code}: ${error.message}; ${then}`)
      if (delayMs !== undefined) await sleep(delayMs)
    }
  }
}
