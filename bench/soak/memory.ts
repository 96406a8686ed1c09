import {setTimeout as sleep} from 'node:timers/promises'

import {memoryMb} from '../dev/process.ts'
import type {Inspector} from './inspector.ts'

export interface Sample {
  atMs: number
  mb: number
}

export interface Samples {
  /** in use after a garbage collection */
  heap: Sample[]
  resident: Sample[]
}

/** Samples until the signal. */
export const sampleMemory = async (
  pid: number,
  inspector: Inspector,
  everyMs: number,
  signal: AbortSignal,
): Promise<Samples> => {
  const samples: Samples = {heap: [], resident: []}
  while (!signal.aborted) {
    samples.heap.push({atMs: performance.now(), mb: await inspector.heapMb()})
    samples.resident.push({atMs: performance.now(), mb: await memoryMb(pid)})
    await sleep(everyMs, undefined, {signal}).catch(() => undefined)
  }
  return samples
}

export interface Growth {
  startMb: number
  endMb: number
  mbPerHour: number
  /** what the slope comes to from the first sample to the last */
  grownMb: number
  spanMs: number
}

const windows = 12

/** The slope of the least memory in each of twelve spans of time, by regression: what is under way comes and goes, a leak stays. */
export const growthOf = (samples: readonly Sample[]): Growth => {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) throw new Error('no samples')
  const spanMs = Math.max(1, last.atMs - first.atMs)
  const least = new Map<number, Sample>()
  for (const sample of samples) {
    const window = Math.min(windows - 1, Math.floor(((sample.atMs - first.atMs) / spanMs) * windows))
    if (sample.mb < (least.get(window)?.mb ?? Infinity)) least.set(window, sample)
  }
  const mbPerMs = slope([...least.values()])
  return {startMb: first.mb, endMb: last.mb, mbPerHour: mbPerMs * 3_600_000, grownMb: mbPerMs * spanMs, spanMs}
}

/** Least squares. */
const slope = (samples: readonly Sample[]): number => {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, each) => sum + of(each), 0) / samples.length
  const atMs = mean((sample) => sample.atMs)
  const mb = mean((sample) => sample.mb)
  const along = samples.reduce((sum, each) => sum + (each.atMs - atMs) * (each.mb - mb), 0)
  const across = samples.reduce((sum, each) => sum + (each.atMs - atMs) ** 2, 0)
  return across === 0 ? 0 : along / across
}
