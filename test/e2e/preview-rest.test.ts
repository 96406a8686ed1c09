import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import {statePath} from '../../src/proxy/state-file.ts'
import {containersOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'
import {steadyRequests} from '../support/steady-requests.ts'
import {until} from '../support/until.ts'

test('a preview that nobody asks for is paused, then stopped; 20 first requests wake it once, after the end of the proxy, too', async (t) => {
  await using project = await testProject({
    settings: [
      'previews:',
      '  pause: 1s',
      '  idle: 3s',
      '  hooks: {asleep: [sh, -c, "echo asleep $IMM_ENVIRONMENT >> ../told"], woken: [sh, -c, "echo woken $IMM_ENVIRONMENT >> ../told"]}',
    ].join('\n'),
  })
  const git = async (...args: string[]) => execa('git', args, {cwd: project.directory, stdin: 'ignore'})
  await git('init', '-q', '-b', 'main')
  await git('add', '.')
  await git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '-qm', 'First')
  await git('branch', 'feature/x')
  const up = await imm(project, 'preview', 'up', 'feature/x', '--json')
  t.is(up.exitCode, 0, up.stderr)
  const lines = jsonLines(up.stdout)
  const url = String(lines.findLast((line) => typeof line['url'] === 'string')?.['url'])
  const {port, hostname} = new URL(url)
  const requests = steadyRequests({origin: `http://127.0.0.1:${port}`, host: hostname})
  const states = async () => (await containersOf(project.name)).map(({State}) => State).join()
  const log = async () => readFile(path.join(project.home, 'proxy.log'), 'utf8')
  const wakes = async () => (await log()).split('woke ').length - 1
  const twenty = async () => {
    const answers = await Promise.all(Array.from({length: 20}, async () => requests.once()))
    return [...new Set(answers.map(({status}) => status))]
  }
  t.is((await requests.once()).status, 200)

  await until(async () => (await states()) === 'paused')
  t.deepEqual(await twenty(), [200])
  await until(async () => (await wakes()) > 0)

  await until(async () => (await states()) === 'exited')
  const [status] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  process.kill(Number(status?.['pid']), 'SIGKILL')
  // Who asks for something of it starts it again.
  t.is((await imm(project, 'proxy', 'restart', '--json')).exitCode, 0)
  t.is(await wakes(), 1)
  t.deepEqual(await twenty(), [200])
  await until(async () => (await wakes()) > 1)
  t.is(await states(), 'running')
  t.is(await wakes(), 2)

  const stop = await imm(project, 'preview', 'stop', 'feature/x')
  t.is(stop.exitCode, 0, stop.stderr)
  t.is(await states(), 'exited')
  await until(async () => {
    const told = await readFile(path.join(project.directory, '..', 'told'), 'utf8').catch(() => '')
    return told === 'asleep feature-x\nwoken feature-x\nasleep feature-x\n'
  })

  const [last] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  process.kill(Number(last?.['pid']), 'SIGKILL')
  await writeFile(statePath(project.home), '{"version": 2, "rou')
  // Another port may be free by then: what is said of it was lost with the rest.
  const [next] = jsonLines((await imm(project, 'proxy', 'start', '--json')).stdout)
  const found = steadyRequests({origin: `http://127.0.0.1:${String(next?.['port'])}`, host: hostname})
  await until(async () => (await log()).includes('is asleep'))
  t.is(await states(), 'exited')
  t.is((await found.once()).status, 200)
  // It is looked after: nobody asks for it.
  await until(async () => (await states()) === 'paused')
  const [looking] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  const down = await imm(project, 'preview', 'down', '--all')
  t.is(down.exitCode, 0, down.stderr)
  t.is(await states(), '')
  // What was paused until now is nothing to stay for.
  await until(async () => !isThere(Number(looking?.['pid'])))
})

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
