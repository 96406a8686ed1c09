import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {median} from '../statistics.ts'
import type {RunningImm} from './imm.ts'
import type {BenchProject} from './project.ts'

export interface Dependency {
  /** the build stage of a release with a changed package.json */
  immMs: number
  /** `docker build` with the same kind of change in a project like it */
  dockerMs: number
}

const rounds = 5
const restMs = 1500

/** A changed package.json is a full build: imm's build stage, in turns with the docker CLI on a project of its own, so that neither finds the other's work. */
export const measureDependency = async (
  project: BenchProject,
  twin: BenchProject,
  {docker, image}: {docker: string; image: string},
  {events}: RunningImm,
): Promise<Dependency> => {
  const dockerTimes: number[] = []
  const immTimes: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const before = events.length
    await change(project)
    let live = events.slice(before).find(({type}) => type === 'live')
    for (; live === undefined; live = events.slice(before).find(({type}) => type === 'live')) await sleep(20)
    await sleep(restMs)
    await change(twin)
    const startedMs = performance.now()
    await execa(docker, ['build', '-q', '-t', twin.name, '--build-arg', `NODE_IMAGE=${image}`, '.'], {
      cwd: twin.directory,
      env: {DOCKER_BUILDKIT: '1'},
      stdio: 'ignore',
    })
    // The first of each sends everything.
    if (round === 0) continue
    dockerTimes.push(performance.now() - startedMs)
    immTimes.push(live.timings?.['build'] ?? Number.NaN)
  }
  await execa(docker, ['rmi', '-f', twin.name], {stdio: 'ignore', reject: false})
  return {immMs: median(immTimes), dockerMs: median(dockerTimes)}
}

const change = async ({directory}: BenchProject): Promise<void> =>
  writeFile(
    path.join(directory, 'package.json'),
    JSON.stringify({name: 'bench', type: 'module', version: `0.0.${Math.floor(Math.random() * 1e9)}`}),
  )
