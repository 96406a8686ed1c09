import {readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

/** Resident memory of a process, MiB. Linux. */
export const memoryMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024
}

/** Clock ticks are 1/100 s on every Linux that Node runs on (proc(5), sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100

/** Share of one core that a process takes while nothing happens, percent. */
export const idlePercent = async (pid: number, seconds: number): Promise<number> => {
  const before = await processorSeconds(pid)
  await sleep(seconds * 1000)
  return (((await processorSeconds(pid)) - before) / seconds) * 100
}

/** What a process has had of the processor so far, user and system. */
export const processorSeconds = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
