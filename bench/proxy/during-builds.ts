import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {startImm} from '../dev/imm.ts'
import {benchProject} from '../dev/project.ts'
import {perSecond} from './latency.ts'
import {rateFor, startRate} from './rate.ts'
import type {Rate} from './rate.ts'

export interface DuringBuilds {
  saves: number
  /** releases that went live meanwhile */
  live: number
  atRest: Rate
  saving: Rate
}

const everyMs = 2000

/** `imm dev` under a steady load while a file is saved every two seconds: builds, starts, flips and drains beside the traffic. */
export const measureDuringBuilds = async (
  imm: string,
  image: string,
  seconds: number,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<DuringBuilds> => {
  say(`${perSecond} requests/s while a file is saved every ${everyMs / 1000} s`)
  await using project = await benchProject(10)
  await using running = await startImm(imm, image, project)
  const {url, host} = running.place
  const options = {port: Number(url.port), host, paths: ['/'], perSecond, newShare: 0}
  await rateFor(options, undefined, 2, signal)
  const atRest = await rateFor(options, undefined, seconds, signal)
  const lives = () => running.events.filter(({type}) => type === 'live').length
  const before = lives()
  await using rate = startRate(options, undefined)
  const saves = Math.floor((seconds * 1000) / everyMs)
  for (let save = 0; save < saves; save++) {
    await writeFile(path.join(project.directory, 'src', 'greeting.txt'), `save ${save} ${Math.random()}\n`)
    await sleep(everyMs, undefined, {signal})
  }
  const saving = await rate.end()
  const live = lives() - before
  for (const [what, {p50Ms, p99Ms, requests, failures}] of Object.entries({'at rest': atRest, saving}))
    say(
      `  ${what.padEnd(8)} p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${failures.length} of ${requests} failed ${failures.slice(0, 3).join('; ')}`,
    )
  say(`  ${live} releases in ${saves} saves`)
  return {saves, live, atRest, saving}
}
