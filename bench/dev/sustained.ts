import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {median} from '../statistics.ts'
import {askUntil} from './ask.ts'
import type {RunningImm} from './imm.ts'
import {memoryMb} from './process.ts'
import type {BenchProject} from './project.ts'

/** How things stand after some minutes of an edit every two seconds. */
export interface Stand {
  minutes: number
  medianMs: number
  memoryMb: number
  images: number
  containers: number
  failed: number
}

const everyMs = 2000
const perStand = 60

/** Edits for so many minutes, one every 2 s, and says every two minutes how things stand. */
export const measureSustained = async (
  {directory, name}: BenchProject,
  {place, pid}: RunningImm,
  minutes: number,
  onStand: (stand: Stand) => void,
): Promise<Stand[]> => {
  const stands: Stand[] = []
  const startedMs = performance.now()
  while (performance.now() - startedMs < minutes * 60_000) {
    const times: number[] = []
    let failed = 0
    for (let edit = 0; edit < perStand; edit++) {
      const content = `edit ${Math.random()}`
      const savedMs = performance.now()
      await writeFile(path.join(directory, 'src', 'greeting.txt'), `${content}\n`)
      failed += await askUntil(place, (text) => text.trim() === content)
      times.push(performance.now() - savedMs)
      await sleep(Math.max(0, savedMs + everyMs - performance.now()))
    }
    const count = async (args: string[]) => {
      const {stdout} = await execa('docker', [...args, '--filter', `label=imm.project=${name}`])
      return stdout.split('\n').filter((line) => line !== '').length
    }
    const stand = {
      minutes: (performance.now() - startedMs) / 60_000,
      medianMs: median(times),
      memoryMb: await memoryMb(pid),
      images: await count(['images', '-q']),
      containers: await count(['ps', '-aq']),
      failed,
    }
    stands.push(stand)
    onStand(stand)
  }
  return stands
}
