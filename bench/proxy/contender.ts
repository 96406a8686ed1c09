import {setTimeout as sleep} from 'node:timers/promises'

import {oneAnswer} from './connection.ts'
import {host} from './place.ts'
import type {RunningProgram} from './program.ts'
import type {Body, Upstream} from './upstream.ts'

/** A proxy under measurement: one process, on its core, in front of the upstream. */
export interface RunningProxy extends AsyncDisposable {
  name: string
  version: string
  port: number
  pid: number
}

export interface Contender {
  name: string
  /** of Debian; undefined where there is none */
  program: string | undefined
  start(upstream: Upstream, signal: AbortSignal): Promise<RunningProxy>
}

const startTimeoutMs = 10_000

/** Waits until what is asked for comes through, unchanged and from the upstream. */
export const awaitUpstream = async (port: number, bodies: readonly Body[], program: RunningProgram): Promise<void> => {
  const deadlineMs = performance.now() + startTimeoutMs
  for (;;) {
    program.check()
    const answers = await Promise.all(bodies.map(async ({path: file}) => oneAnswer(port, host, file))).catch(
      (error: unknown) => error as Error,
    )
    if (Array.isArray(answers) && answers.every(({body}, index) => bodies[index]?.content.equals(body))) return
    if (performance.now() > deadlineMs)
      throw new Error(`port ${port} does not lead to the upstream`, answers instanceof Error ? {cause: answers} : {})
    await sleep(50)
  }
}
