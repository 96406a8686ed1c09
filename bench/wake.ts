import {performance} from 'node:perf_hooks'

import {execa} from 'execa'

import {statePaths} from '../src/state/paths.ts'
import {restPreview} from '../src/wiring/preview/rest.ts'
import {imm, immEnv, jsonLines} from '../test/support/imm.ts'
import {testProject} from '../test/support/project.ts'
import {steadyRequests} from '../test/support/steady-requests.ts'
import {median, ms, quantile} from './statistics.ts'
import {table} from './table.ts'

const together = 20

/** `npm run bench wake`: from the first request to its answer, where a preview of the Node fixture was paused or stopped; then with 20 requests at once. */
export const benchWake = async (rounds: number, say: (line: string) => void): Promise<string> => {
  await using project = await testProject({settings: 'previews: {pause: never, idle: never}'})
  const git = async (...args: string[]) => execa('git', args, {cwd: project.directory, stdin: 'ignore'})
  await git('init', '-q', '-b', 'main')
  await git('add', '.')
  await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-qm', 'First')
  await git('branch', 'feature')
  const up = await imm(project, 'preview', 'up', 'feature', '--json')
  if (up.exitCode !== 0) throw new Error(up.stderr)
  const {port, hostname} = new URL(String(jsonLines(up.stdout).findLast(({url}) => typeof url === 'string')?.['url']))
  const requests = steadyRequests({origin: `http://127.0.0.1:${port}`, host: hostname})
  const paths = statePaths({...process.env, ...immEnv(project)})
  const id = {project: project.name, environment: 'feature'}
  const {signal} = new AbortController()
  const rows: string[][] = []
  try {
    for (const to of ['paused', 'asleep'] as const)
      for (const count of [1, together]) {
        const times: number[] = []
        for (let round = 0; round < rounds; round++) {
          await restPreview(id, to, paths, signal)
          const startedMs = performance.now()
          const answers = await Promise.all(Array.from({length: count}, async () => requests.once()))
          times.push(performance.now() - startedMs)
          const failed = answers.filter(({status}) => status !== 200).length
          if (failed > 0) throw new Error(`${failed} of ${count} requests were not answered`)
          await restPreview(id, 'awake', paths, signal)
        }
        const row = [to, String(count), ms(median(times)), ms(quantile(times, 0.95))]
        say(`  ${row.join(', ')}`)
        rows.push(row)
      }
  } finally {
    await imm(project, 'preview', 'down', '--all')
  }
  return table(['preview', 'requests at once', 'all answered, median', '95 %'], rows)
}
