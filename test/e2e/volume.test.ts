import {execa} from 'execa'

import {startDev} from '../support/dev.ts'
import {containersOf} from '../support/engine-socket.ts'
import {imm, immBin, immEnv, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {steadyCalls} from '../support/steady-calls.ts'

const settings = 'user: "0"\nvolumes: ["data:/data"]'

const inApp = async (project: TestProject, script: string): Promise<string> => {
  const {stdout, stderr, exitCode} = await imm(project, 'exec', '--', 'node', '-e', script)
  if (exitCode !== 0) throw new Error(stderr)
  return stdout
}

const names = "console.log(require('fs').readdirSync('/data').sort().join())"

/** Starts an imm and kills it as soon as it says something of this type. */
const killedAt = async (project: TestProject, type: string, ...args: string[]): Promise<string[]> => {
  const child = execa(process.execPath, [immBin, ...args, '--json'], {
    cwd: project.directory,
    env: immEnv(project),
    reject: false,
    stdin: 'ignore',
  })
  const said: string[] = []
  for await (const line of child) {
    said.push((JSON.parse(line) as {type: string}).type)
    if (said.at(-1) === type) child.kill('SIGKILL')
  }
  await child
  return said
}

test('what an application keeps is snapshotted and restored while requests go on', async (t) => {
  t.timeout(180_000)
  await using project = await testProject({settings})
  await using dev = startDev(project)
  await dev.goesLive()
  await inApp(project, "require('fs').writeFileSync('/data/good', 'good')")
  await using calls = steadyCalls({...dev.address(), method: 'GET', path: '/'})
  const taken = await imm(project, 'volume', 'snapshot', 'data', '-n', 'one')
  t.is(taken.exitCode, 0, taken.stderr)
  t.regex(taken.stdout, /^Kept app\/data@one: its files, /m)
  t.regex((await imm(project, 'volume', 'snapshot', 'data', '-n', 'one')).stderr, /SNAPSHOT_EXISTS/)
  await inApp(project, "require('fs').rmSync('/data/good'); require('fs').writeFileSync('/data/bad', 'bad')")
  const restored = await imm(project, 'volume', 'restore', 'data', 'one', '--yes', '--no-backup')
  t.is(restored.exitCode, 0, restored.stderr)
  t.is(await inApp(project, names), 'good')
  await calls.served(5)
  await calls.stop()
  t.deepEqual(calls.failures(), [])
})

test('an imm that is killed leaves nothing paused and no half snapshot; a volume that is half restored is used by nobody', async (t) => {
  t.timeout(240_000)
  await using project = await testProject({settings})
  await using dev = startDev(project)
  await dev.goesLive()
  const fill =
    "const b = Buffer.alloc(1e7, 1); for (let i = 0; i < 40; i++) require('fs').writeFileSync('/data/f' + i, b)"
  await inApp(project, fill)
  t.deepEqual(await killedAt(project, 'paused', 'volume', 'snapshot', 'data', '-n', 'half'), ['paused'])
  const states = async () => (await containersOf(project.name)).map(({State}) => State)
  t.true((await states()).includes('paused'))
  const [found] = jsonLines((await imm(project, 'volume', 'ls', '--json')).stdout)
  t.deepEqual(found?.['snapshots'], [])
  t.false((await states()).includes('paused'))

  t.is((await imm(project, 'volume', 'snapshot', 'data', '-n', 'whole')).exitCode, 0)
  const said = await killedAt(project, 'stopped', 'volume', 'restore', 'data', 'whole', '--yes')
  t.is(said.at(-1), 'stopped')
  await dev.next('rejected', ({code}) => code === 'VOLUME_INCOMPLETE')
  t.regex((await imm(project, 'volume', 'snapshot', 'data')).stderr, /VOLUME_INCOMPLETE/)
  const again = await imm(project, 'volume', 'restore', 'data', 'whole', '--yes')
  t.is(again.exitCode, 0, again.stderr)
  await dev.next('live')
  t.is((await inApp(project, names)).split(',').length, 40)
})
