import {setTimeout as sleep} from 'node:timers/promises'

import type Docker from 'dockerode'

import type {Client} from './client.ts'
import {inspect} from './inspect.ts'

const longestWaitMs = 5000
const lookMs = 50
const marginMs = 250
const defaultIntervalMs = 30_000

/**
 * Resolves when no probe of the container's own HEALTHCHECK is under way or about to begin. Docker 20.10 hangs on a container that is frozen while
 * a process is being started in it, and so does everything that looks at it, until somebody thaws it by hand. Waits 5 s at most.
 */
export const betweenProbes = async (client: Client, id: string, signal: AbortSignal): Promise<void> => {
  const deadlineMs = performance.now() + longestWaitMs
  while (performance.now() < deadlineMs) {
    const info = await inspect(client, id, signal)
    if (!info || isBetweenProbes(info, Date.now())) return
    await sleep(lookMs, undefined, {signal})
  }
}

/** Whether the next probe begins later than in a moment: the engine begins it one interval after the end of the last. */
export const isBetweenProbes = (
  {State, Config}: Pick<Docker.ContainerInspectInfo, 'State' | 'Config'>,
  nowMs: number,
): boolean => {
  if (!State.Running || State.Paused || State.Health === undefined) return true
  const interval = Config.Healthcheck?.Interval
  const intervalMs = interval ? interval / 1e6 : defaultIntervalMs
  const lastMs = Date.parse(State.Health.Log?.at(-1)?.End ?? State.StartedAt)
  return lastMs + intervalMs - nowMs > Math.min(marginMs, intervalMs / 4)
}
