import type Docker from 'dockerode'

import type {Usage} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {inspect} from './inspect.ts'
import {statusOf} from './translate-errors.ts'

/** What a container uses at this moment; undefined where it is gone or does not run. */
export const usage = async (client: Client, id: string, signal: AbortSignal): Promise<Usage | undefined> => {
  try {
    // One look: otherwise the engine waits a second for another, to have something to compare with.
    const stats = await call('measuring a container', signal, () =>
      client.docker.getContainer(id).stats({stream: false, 'one-shot': true}),
    )
    return usageOf(stats)
  } catch (error) {
    // Podman refuses for what does not run, each version with a status of its own.
    if (statusOf(error) !== undefined && !(await inspect(client, id, signal))?.State.Running) return undefined
    throw error
  }
}

/** Of a container that does not run, Docker answers with a record that holds nothing. */
const usageOf = ({memory_stats: memory, cpu_stats: cpu}: Docker.ContainerStats): Usage | undefined => {
  const total = (memory as Partial<Docker.MemoryStats> | undefined)?.usage
  if (total === undefined || total === 0) return undefined
  // As `docker stats` counts: what the kernel could drop at once is not in use. cgroup v2 and v1 name it differently.
  const details = memory.stats as {inactive_file?: number; total_inactive_file?: number} | undefined
  const dropped = details?.total_inactive_file ?? details?.inactive_file ?? 0
  return {memoryBytes: total - Math.min(dropped, total), cpuMs: cpu.cpu_usage.total_usage / 1e6}
}
