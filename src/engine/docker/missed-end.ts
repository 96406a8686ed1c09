import {setTimeout as sleep} from 'node:timers/promises'

import {call} from './call.ts'
import type {Client} from './client.ts'
import {inspect} from './inspect.ts'

// Longer than what a container wrote last needs to arrive.
const silentMs = 1000

// What Podman calls a container whose process has ended; `created`, `paused` and `stopping` are not among them.
const endedStatuses = new Set(['stopped', 'exited', 'removing', 'dead'])

/** How much of a followed output has been read, counted up with each step: a sign of life. */
export interface Progress {
  steps: number
  /** whoever reads has what came, and waits for more */
  waiting: boolean
}

/** Resolves once the container has ended and its followed output has been silent since; rejects when the signal aborts. */
export const missedEnd = async (client: Client, id: string, progress: Progress, signal: AbortSignal): Promise<void> => {
  const container = client.docker.getContainer(id)
  const wait = (abortSignal: AbortSignal) => container.wait({abortSignal})
  do {
    // However it fails, whether the container has ended is seen below. It also returns for one that was not started yet.
    await call(`waiting for container ${id}`, signal, wait, Infinity).catch(() => signal.throwIfAborted())
    await silence(progress, signal)
  } while (!(await hasEnded(client, id, signal)))
}

/** At least `silentMs`. */
const silence = async (progress: Progress, signal: AbortSignal): Promise<void> => {
  let seen: number
  do {
    seen = progress.steps
    await sleep(silentMs, undefined, {signal})
  } while (!progress.waiting || progress.steps !== seen)
}

const hasEnded = async (client: Client, id: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const info = await inspect(client, id, signal)
    return !info || endedStatuses.has(info.State.Status)
  } catch {
    signal.throwIfAborted()
    return false
  }
}
