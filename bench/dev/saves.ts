import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {median, quantile} from '../statistics.ts'
import {askUntil, type Place} from './ask.ts'

export interface Saved {
  medianMs: number
  p95Ms: number
  /** requests that failed while a save went live, of all saves together */
  failed: number
  saves: number
  timesMs: readonly number[]
}

const restMs = 800

/** Saves a file again and again: from the first changed byte to the first answer with it. `after` is what a tool without a watch does then. */
export const measureSaves = async (
  directory: string,
  place: Place,
  saves: number,
  after: () => Promise<unknown> = async () => undefined,
): Promise<Saved> => {
  const timesMs: number[] = []
  let failed = 0
  for (let save = 0; save < saves; save++) {
    await sleep(restMs)
    const content = `save ${save} ${Math.random()}`
    const savedMs = performance.now()
    // In place, not by a rename as many editors do: node --watch misses some of those.
    await writeFile(path.join(directory, 'src', 'greeting.txt'), `${content}\n`)
    const [failures] = await Promise.all([askUntil(place, (text) => text.trim() === content), after()])
    timesMs.push(performance.now() - savedMs)
    failed += failures
  }
  return {medianMs: median(timesMs), p95Ms: quantile(timesMs, 0.95), failed, saves, timesMs}
}
