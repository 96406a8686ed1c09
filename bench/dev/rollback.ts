import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {askSession} from '../../src/session/ask.ts'
import {statePaths} from '../../src/state/paths.ts'
import {median, ms, quantile} from '../statistics.ts'
import {askUntil} from './ask.ts'
import {startImm} from './imm.ts'
import {benchProject} from './project.ts'

const rounds = 15
// The release that lost the traffic is paused again long before.
const restMs = 600

/** `npm run bench rollback`: how long it takes from the command to the first answer of the warm release before. */
export const benchRollback = async (imm: string, image: string): Promise<string> => {
  await using project = await benchProject(10)
  await using running = await startImm(imm, image, project)
  const {signal} = new AbortController()
  const texts = ['one', 'two']
  for (const text of texts) {
    await writeFile(path.join(project.directory, 'src', 'greeting.txt'), `${text}\n`)
    await askUntil(running.place, (answer) => answer.trim() === text)
    await sleep(restMs)
  }
  const session = await askSession(
    statePaths({IMM_HOME: running.env['IMM_HOME']}).runtime,
    {project: project.name, environment: 'main', app: 'app'},
    signal,
  )
  if (!session) throw new Error('imm dev does not answer')
  let failed = 0
  let turn = 0
  const measure = async (command: () => Promise<unknown>) => {
    await sleep(restMs)
    const wanted = texts[turn++ % 2]
    const beganMs = performance.now()
    let answeredMs = 0
    const ask = async () => {
      failed += await askUntil(running.place, (answer) => answer.trim() === wanted)
      answeredMs = performance.now() - beganMs
    }
    await Promise.all([command(), ask()])
    return {answeredMs, commandMs: performance.now() - beganMs}
  }
  const asked: number[] = []
  const whole: number[] = []
  const {env} = running
  for (let round = 0; round < rounds; round++) {
    asked.push((await measure(async () => session.rollback(undefined, signal))).answeredMs)
    const options = {cwd: project.directory, env}
    whole.push((await measure(async () => execa(process.execPath, [imm, 'rollback'], options))).commandMs)
  }
  return [
    '| rollback to the warm release | median | p95 |',
    '| --- | ---: | ---: |',
    row("from `imm dev` being asked to the new release's first answer through the proxy", asked),
    row('`imm rollback`, the whole command', whole),
    '',
    `${failed} failed requests in ${rounds * 2} rollbacks.`,
  ].join('\n')
}

const row = (what: string, times: readonly number[]): string =>
  `| ${what} | ${ms(median(times))} | ${ms(quantile(times, 0.95))} |`
