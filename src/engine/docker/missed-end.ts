import {setTimeout as sleep} from 'node:timers/promises'

import type {Client} from './client.ts'
import {inspect} from './inspect.ts'

// Longer than what a container wrote last needs to arrive.
const silentMs = 1000
// A container that is silent for long is looked at less often: each look costs Podman milliseconds of CPU.
const longestMs = 8000

// What Podman calls a container whose process has ended; `created`, `paused` and `stopping` are not among them.
const endedStatuses = new Set(['stopped', 'exited', 'removing', 'dead'])

/** Where the reader of a followed output is. */
export interface Progress {
  /** how much has come, in any unit */
  steps: number
  /** the reader has taken what came, and waits for more */
  waiting: boolean
}

/**
 * Resolves once the container has ended and its followed output is silent; rejects when the signal aborts. It looks, and does not ask to wait:
 * Podman 4.3 waits by asking itself without a pause, a tenth of a core for each.
 */
export const missedEnd = async (client: Client, id: string, progress: Progress, signal: AbortSignal): Promise<void> => {
  let pauseMs = silentMs
  for (;;) {
    const seen = progress.steps
    await sleep(pauseMs, undefined, {signal})
    const silent = progress.waiting && progress.steps === seen
    if (silent && (await hasEnded(client, id, signal))) return
    pauseMs = silent ? Math.min(pauseMs * 2, longestMs) : silentMs
  }
}

const hasEnded = async (client: Client, id: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const info = await inspect(client, id, signal)
    return !info || endedStatuses.has(info.State.Status)
  } catch {
    // An engine that fails now may answer the next time.
    signal.throwIfAborted()
    return false
  }
}
