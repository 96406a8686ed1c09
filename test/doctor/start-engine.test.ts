import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {startEngine} from '../../src/doctor/start-engine.ts'
import {answers} from '../../src/socket/claim.ts'
import {temporaryPlace} from './kit.ts'

const {signal} = new AbortController()

/** Listens on the socket given, and writes its number beside it. */
const daemon = `
const [socket, pidFile] = process.argv.slice(1)
require('node:net').createServer().listen(socket, () => require('node:fs').writeFileSync(pidFile, String(process.pid)))`

test('a daemon is announced, started and outlives the command; what a dead one left is removed first', async (t) => {
  await using place = await temporaryPlace()
  const file = (name: string) => path.join(place.directory, name)
  const [socket, pidFile, stale] = [file('engine.sock'), file('pid'), file('docker.pid')]
  await writeFile(stale, String(process.pid))
  const said: string[] = []
  const command = [process.execPath, '-e', daemon, socket, pidFile] as const
  await startEngine(
    {kind: 'daemon', command},
    {
      home: file('imm'),
      answers: async () => (await answers(socket)) && (await readFile(pidFile, 'utf8').catch(() => '')) !== '',
      announce: (line) => said.push(line),
      pidFiles: [{file: stale, program: 'dockerd'}],
    },
    signal,
  )
  const pid = Number(await readFile(pidFile, 'utf8'))
  t.teardown(() => process.kill(pid, 'SIGKILL'))
  t.true(await answers(socket))
  t.is(said.length, 2)
  t.is(said[0], `Removing ${stale}, which a dockerd that is gone has left`)
  t.true(said[1]?.startsWith(`Starting ${process.execPath} -e`))
  await t.throwsAsync(readFile(stale), {code: 'ENOENT'})
})

test('a number that belongs to the living daemon is left alone', async (t) => {
  await using place = await temporaryPlace()
  const pidFile = path.join(place.directory, 'docker.pid')
  await writeFile(pidFile, String(process.pid))
  const program = (await readFile(`/proc/${process.pid}/comm`, 'utf8').catch(() => '')).trim()
  const said: string[] = []
  await startEngine(
    {kind: 'daemon', command: ['true']},
    {
      home: place.directory,
      answers: async () => true,
      announce: (line) => said.push(line),
      pidFiles: [{file: pidFile, program}],
    },
    signal,
  )
  t.is(said.length, 1)
  t.is(await readFile(pidFile, 'utf8'), String(process.pid))
})

test('a command that fails is told with its last words', async (t) => {
  await using place = await temporaryPlace()
  const home = path.join(place.directory, 'imm')
  await mkdir(home)
  const command = [process.execPath, '-e', "console.error('no such unit'); process.exit(5)"] as const
  const error = await t.throwsAsync(
    startEngine({kind: 'run', command}, {home, answers: async () => false, announce: () => undefined}, signal),
    {code: 'ENGINE_MISSING'},
  )
  t.regex(error.message, /it ended with 5$/)
  t.deepEqual((error as Error & {output: string[]}).output, ['no such unit'])
})

test('a program that is not there is told, too', async (t) => {
  await using place = await temporaryPlace()
  const error = await t.throwsAsync(
    startEngine(
      {kind: 'run', command: [path.join(place.directory, 'systemctl'), 'start', 'docker']},
      {home: place.directory, answers: async () => false, announce: () => undefined},
      signal,
    ),
    {code: 'ENGINE_MISSING'},
  )
  t.regex(error.message, /ENOENT/)
})
