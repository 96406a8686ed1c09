import {once} from 'node:events'
import {chmod} from 'node:fs/promises'
import {createServer, type Socket} from 'node:net'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import type {ExecutionContext} from 'ava'

import {startDev} from '../support/dev.ts'
import {engineDoor} from '../support/engine-door.ts'
import {applicationsOf} from '../support/engine-socket.ts'
import {immIn, jsonLines, type Circumstances} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {ordinaryUser} from '../support/user.ts'

const fails = async (
  t: ExecutionContext,
  project: TestProject,
  circumstances: Circumstances,
  expected: {code: string; message: RegExp; next: RegExp},
  commands = ['dev', 'status', 'down'],
): Promise<void> => {
  for (const command of commands) {
    const {exitCode, stdout} = await immIn(project, circumstances, command, '--json')
    const {code, message, next} = jsonLines(stdout).at(-1) ?? {}
    if (command === 'dev') t.log(`${String(code)}: ${String(message)}\nnext: ${String(next)}`)
    t.is(exitCode, 1)
    t.is(code, expected.code)
    t.regex(String(message), expected.message)
    t.regex(String(next), expected.next)
  }
}

test('an engine that is missing: where it was looked for, and how to start one', async (t) => {
  await using project = await testProject()
  const env = {DOCKER_HOST: 'unix:///nonexistent/docker.sock'}
  await fails(t, project, {env}, {code: 'ENGINE_MISSING', message: /\/nonexistent\/docker\.sock/, next: /DOCKER_HOST/})
})

test('an engine that refuses permission: whose it is, and what to do', async (t) => {
  await using project = await testProject()
  const socketPath = path.join(path.dirname(project.directory), 'closed.sock')
  await using door = await engineDoor(socketPath)
  await chmod(socketPath, process.getuid?.() === 0 ? 0o600 : 0)
  const user = await ordinaryUser(project)
  await fails(
    t,
    project,
    {user, env: {DOCKER_HOST: door.host}},
    {code: 'ENGINE_DENIED', message: /closed\.sock.*permission/, next: /\w/},
  )
})

test('an engine that accepts connections and never answers', async (t) => {
  await using project = await testProject()
  const socketPath = path.join(path.dirname(project.directory), 'silent.sock')
  const accepted = new Set<Socket>()
  await using silent = createServer((socket) => void accepted.add(socket)).listen(socketPath)
  await once(silent, 'listening')
  await fails(
    t,
    project,
    {env: {DOCKER_HOST: `unix://${socketPath}`}},
    {code: 'ENGINE_UNRESPONSIVE', message: /silent\.sock/, next: /^Restart it/},
    // Each takes the time that an engine is given to answer.
    ['dev'],
  )
  for (const socket of accepted) socket.destroy()
})

test('an engine that goes away in the middle of a build: imm waits, and the save goes live when it is back', async (t) => {
  await using project = await testProject()
  await using door = await engineDoor(path.join(path.dirname(project.directory), 'engine.sock'))
  await using dev = startDev(project, ['--verbose'], {DOCKER_HOST: door.host})
  const first = await dev.goesLive()

  const good = await read(project, 'Dockerfile')
  await project.write(
    'Dockerfile',
    good.replace('EXPOSE', `RUN node -e "setTimeout(() => {}, 3000)" ${project.name}\nEXPOSE`),
  )
  await dev.next('step', ({step}) => step.status === 'started' && step.name.includes('RUN node'))
  await door.close()
  t.is((await dev.next('engine')).state, 'lost')
  const rejected = await dev.next('rejected')
  t.log(`${rejected.code}: ${rejected.message}\nnext: ${rejected.next}`)
  t.is(rejected.code, 'ENGINE_LOST')
  t.regex(rejected.message, /^building the image: no connection to the engine/)
  // What runs does not need the engine.
  t.deepEqual({...(await dev.fetch())}, {status: 200, release: first.release, text: 'hello, version 1\n'})

  await door.open()
  t.is((await dev.next('engine')).state, 'back')
  const live = await dev.goesLive()
  t.is(live.previous, first.release)
  t.is((await dev.fetch()).release, live.release)
  await dev.next('retired', ({release}) => release === first.release)
  const running = (await applicationsOf(project.name)).filter(({State}) => State === 'running')
  t.deepEqual(
    running.map(({Labels}) => Labels['imm.release']),
    [live.release],
  )
})

test('a save while the engine is away goes live when it is back', async (t) => {
  await using project = await testProject()
  await using door = await engineDoor(path.join(path.dirname(project.directory), 'engine.sock'))
  await using dev = startDev(project, [], {DOCKER_HOST: door.host})
  const first = await dev.goesLive()
  await door.close()
  t.is((await dev.next('engine')).state, 'lost')
  await project.write('src/greeting.txt', 'version two')
  await dev.next('rejected', ({code}) => code === 'ENGINE_LOST')
  t.is((await dev.fetch()).release, first.release)
  await door.open()
  await dev.goesLive()
  t.is((await dev.fetch()).text, 'version two\n')
})

for (const ms of [100, 220])
  test(`an engine that goes away ${ms} ms after a release went live, while imm looks into its image: imm waits for it`, async (t) => {
    await using project = await testProject()
    await using door = await engineDoor(path.join(path.dirname(project.directory), 'engine.sock'))
    await using dev = startDev(project, [], {DOCKER_HOST: door.host})
    await dev.next('live')
    // In the middle of one thing or another: none of them may end imm dev.
    await sleep(ms)
    await door.close()
    t.is((await dev.next('engine')).state, 'lost')
    await door.open()
    t.is((await dev.next('engine')).state, 'back')
    await project.write('src/greeting.txt', 'version two')
    await dev.goesLive()
    t.is((await dev.fetch()).text, 'version two\n')
  })
