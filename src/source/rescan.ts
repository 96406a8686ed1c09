import {setImmediate, setTimeout} from 'node:timers/promises'

import type {Clock} from '../lifecycle/ports.ts'
import type {Looking} from './looking.ts'
import {differingPaths} from './missed.ts'
import type {Place} from './place.ts'
import type {Pace} from './steps.ts'
import {pace, run} from './steps.ts'

/** Looks at every file by stat for what no event told. Events that are still on their way are waited for. */
export const rescan = async (place: Place, looking: Looking, slices: Pace, signal: AbortSignal): Promise<string[]> => {
  await looking.atRest(signal)
  const contents = looking.keeper.now()
  if (contents === undefined) return []
  const listening = looking.dirty.listen()
  try {
    const found = await run(differingPaths(place, contents, slices), slices, signal)
    if (found.length > 0) await (isLinux ? arrived() : setTimeout(lateMs))
    signal.throwIfAborted()
    return found.filter((file) => !listening.tells(file))
  } finally {
    listening.stop()
  }
}

const isLinux = process.platform === 'linux'

/** Other systems gather events before they tell them. */
const lateMs = 1000

/**
 * Resolves when every event of what was written before is told: the kernel has it ready at once, and between two turns of `setImmediate`
 * the event loop has asked it.
 */
export const arrived = async (): Promise<void> => {
  await setImmediate()
  await setImmediate()
}

/** Between two slices of a scan that nobody waits for, in ms. */
const restMs = 20

/** A scan may take this share of the time: a quarter of a percent. */
const share = 400

/** What one file costs, at the least: before the first scan nothing else is known. */
const fileMs = 0.004

export interface Rescans {
  clock: Clock
  /** at the most so often */
  everyMs: number
  /** how many there are now */
  files: () => number
  scan: (slices: Pace) => Promise<unknown>
}

/** Scans again and again, so seldom that a project at rest costs next to nothing however large it is. Ends with the signal. */
export const rescanSometimes = async ({clock, everyMs, files, scan}: Rescans, signal: AbortSignal): Promise<void> => {
  let workedMs = 0
  try {
    for (;;) {
      await clock.sleep(Math.max(everyMs, Math.max(workedMs, files() * fileMs) * share), signal)
      const slices = pace(() => clock.sleep(restMs, signal))
      await scan(slices)
      workedMs = slices.workedMs()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
