import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {gitIn} from '../test/source/repository/git.ts'
import {immEnv, jsonLines} from '../test/support/imm.ts'
import {testProject} from '../test/support/project.ts'
import {startServe} from './branches/serve.ts'
import {idlePercent, memoryMb} from './dev/process.ts'
import {table} from './table.ts'

export interface RestOptions {
  previews: number
  awake: number
  seconds: number
}

const upTimeoutMs = 400_000
// The last of them has just gone to sleep, and engines tell of it for a moment.
const calmMs = 15_000

/** `npm run bench rest`: serve and the proxy with so many previews, of which all but a few sleep, and nobody who asks. Linux. */
export const benchRest = async (bin: string, options: RestOptions, say: (line: string) => void): Promise<string> => {
  const {previews, awake, seconds} = options
  await using project = await testProject({
    settings: `guard: false\nhealth: /health\npreviews: {idle: never, pause: never, parallel: 3, max: {running: ${awake}}}`,
  })
  const env = {...immEnv(project), IMM_PROXY_PORT: '0'}
  // As it is published: unbuilt, each process would hold what it strips of types.
  const imm = async (...args: string[]) =>
    execa(process.execPath, [bin, ...args], {cwd: project.directory, env, stdin: 'ignore', reject: false})
  const git = async (...args: string[]) => gitIn(project.directory, ...args)
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'first')
  for (let at = 1; at <= previews; at++) await git('branch', `feature/${at}`)

  const list = async () => jsonLines((await imm('preview', 'list', '--json')).stdout)
  const startedMs = performance.now()
  const serve = startServe({directory: project.directory, env, bin}, ({state, message}) => {
    if (state === 'failed' || state === 'rejected') say(`  ${state}: ${message}`)
  })
  try {
    for (;;) {
      const all = await list()
      const asleep = all.filter(({state}) => state === 'asleep').length
      say(`  ${all.length} previews, ${asleep} asleep`)
      if (all.length === previews && asleep === previews - awake) break
      if (performance.now() - startedMs > upTimeoutMs) throw new Error('they do not come to rest')
      await sleep(5000)
    }
    const upS = Math.round((performance.now() - startedMs) / 1000)
    await sleep(calmMs)
    const [proxy] = jsonLines((await imm('proxy', 'status', '--json')).stdout)
    const processes = {serve: serve.pid, proxy: Number(proxy?.['pid'])}
    const rows = await Promise.all(
      Object.entries(processes).map(async ([name, pid]) => {
        const share = await idlePercent(pid, seconds)
        return [name, `${(await memoryMb(pid)).toFixed(0)} MB`, `${share.toFixed(2)} %`]
      }),
    )
    say(`  all up and ${previews - awake} asleep after ${upS} s`)
    return table([`${previews} previews, ${previews - awake} asleep`, 'memory', 'CPU, of one core'], rows)
  } finally {
    await serve.end('SIGINT')
    await imm('preview', 'down', '--all')
    await imm('proxy', 'stop')
  }
}
