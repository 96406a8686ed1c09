import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import type {ReleaseName} from '../../src/release/identity.ts'
import {startDev, type Dev} from '../support/dev.ts'
import {engineDoor} from '../support/engine-door.ts'
import {applicationsOf, containersOf, docker, imagesOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {steadyRequests} from '../support/steady-requests.ts'

const stages = {
  build: {Dockerfile: (text: string) => text.replace('COPY src', 'RUN sleep 5\nCOPY src')},
  launch: {'src/greeting.txt': () => 'killed in launch'},
  verify: {'src/server.js': (text: string) => `await new Promise((go) => setTimeout(go, 3000))\n${text}`},
  flip: {'src/greeting.txt': () => 'killed in flip'},
} as const satisfies Record<string, Record<string, (text: string) => string>>

for (const [stage, edits] of Object.entries(stages)) {
  test(`kill -9 of imm dev in ${stage}: what was live serves on, and the next imm dev finishes the job`, async (t) => {
    await using project = await testProject()
    await using first = startDev(project, ['--verbose'])
    const live = await first.next('live')
    const address = first.address()
    await edit(project, edits)
    await first.next('stage', (event) => event.stage === stage && event.release.startsWith('r2-'))
    first.kill('SIGKILL')
    await first.ended

    const answer = await steadyRequests(address).once()
    t.is(answer.status, 200)
    // Killed in the middle of a flip, either of the two is right; anything else is not.
    if (stage !== 'flip') t.is(answer.release, live.release)
    const [status] = jsonLines((await imm(project, 'status', '--json')).stdout)
    t.is(status?.['heldBy'], undefined)

    await using second = startDev(project)
    // Where r2 was live already, it is found running and nothing is built.
    await second.next('live', ({cause, release}) => cause === 'change' || release.startsWith('r2-'))
    await t.notThrowsAsync(nothingLeft(project, second))
  })
}

test('kill -9 of imm dev while a release drains: requests end well, and nothing is left', async (t) => {
  await using project = await testProject()
  await using first = startDev(project)
  await first.next('live')
  const slow = first.fetch('/slow')
  await project.write('src/greeting.txt', 'version two')
  const {release} = await first.next('live')
  first.kill('SIGKILL')
  await first.ended
  t.is((await slow).text.split('\n').length, 51, 'the download that had begun came to its end')

  await using second = startDev(project)
  t.is((await second.next('live')).release, release)
  await t.notThrowsAsync(nothingLeft(project, second))
})

test('kill -9 of the proxy under load: it is back with its routes, and no answer was wrong', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const {release} = await dev.next('live')
  await using load = steadyRequests(dev.address()).start()
  await load.served(20)
  const [before] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  process.kill(Number(before?.['pid']), 'SIGKILL')
  await load.failedAtLeastOnce()
  await load.served(20)
  const {releases, statuses} = await load.stop()
  t.deepEqual([...releases], [release])
  t.deepEqual([...statuses], [200])
  const [after] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  t.not(after?.['pid'], before?.['pid'])
  t.is(after?.['port'], before?.['port'])

  await project.write('src/greeting.txt', 'after the kill')
  await dev.next('live')
  t.is((await dev.fetch()).text, 'after the kill\n')
})

test('the live container is killed: requests wait for a fresh one, and none fails', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const {release} = await dev.next('live')
  await using load = steadyRequests(dev.address()).start()
  for (let round = 1; round <= 3; round++) {
    await load.served(20)
    const [running] = (await applicationsOf(project.name)).filter(({State}) => State === 'running')
    await docker()
      .getContainer(running?.Id ?? '')
      .kill()
    await dev.next('died')
    t.is((await dev.next('live', ({cause}) => cause === 'replace')).release, release)
  }
  await load.served(20)
  const {failed, releases} = await load.stop()
  // A request that the dying container had begun to answer is the only one that can't be saved; GETs without an answer are asked again.
  t.is(failed, 0)
  t.deepEqual([...releases], [release])
  await t.notThrowsAsync(nothingLeft(project, dev))
})

test('the engine restarts, and its containers end with it: the live release comes back by itself', async (t) => {
  await using project = await testProject()
  // As a restart looks from here: no connection, every container dead, and then an engine again. Other people's containers stay.
  await using door = await engineDoor(path.join(path.dirname(project.directory), 'engine.sock'))
  await using dev = startDev(project, [], {DOCKER_HOST: door.host})
  const first = await dev.next('live')
  await project.write('src/greeting.txt', 'version two')
  const second = await dev.next('live')
  await dev.next('retired', ({release}) => release === first.release)
  await door.close()
  // Not what imm only looks into an image with: that never runs.
  for (const {Id, State} of await containersOf(project.name))
    if (State !== 'created') await docker().getContainer(Id).kill()
  await dev.next('engine', ({state}) => state === 'lost')
  await door.open()
  await dev.next('engine', ({state}) => state === 'back')
  await dev.next('live', ({release, cause}) => release === second.release && cause === 'replace')
  t.is((await dev.fetch()).text, 'version two\n')

  await project.write('src/greeting.txt', 'version three')
  await dev.next('live', ({cause}) => cause === 'change')
  t.is((await dev.fetch()).text, 'version three\n')
  const back = await imm(project, 'rollback', first.release, '--json')
  t.is(back.exitCode, 0, back.stdout)
  t.is((await dev.fetch()).text, 'hello, version 1\n')
  await t.notThrowsAsync(nothingLeft(project, dev))
})

// What is retired is stopped in the background, with the time that stopping gives.
const retireTimeoutMs = 30_000

const nothingLeft = async (project: TestProject, dev: Dev): Promise<void> => {
  const deadlineMs = Date.now() + retireTimeoutMs
  for (;;) {
    const left = await leftOvers(project, dev)
    if (left.length === 0) return
    if (Date.now() > deadlineMs) throw new Error(`left over: ${left.join(', ')}`)
    await sleep(100)
  }
}

/** Containers beside the live one, the one kept warm and those that were said to be stopped, and images without a name. */
const leftOvers = async (project: TestProject, dev: Dev): Promise<string[]> => {
  const live = dev.events.findLast((event) => event.type === 'live')?.release
  const others = (await applicationsOf(project.name)).filter(({Labels}) => Labels['imm.release'] !== live)
  const [warm] = others.filter(({State}) => State === 'paused')
  const stopped = new Set(dev.events.flatMap((event) => (event.type === 'stopped' ? [event.release] : [])))
  const isStopped = ({Labels, State}: (typeof others)[number]): boolean =>
    State === 'exited' && stopped.has((Labels['imm.release'] ?? '') as ReleaseName)
  const dangling = (await imagesOf(project.name)).filter(({RepoTags}) => (RepoTags ?? []).length === 0)
  return [
    ...others
      .filter((container) => container !== warm && !isStopped(container))
      .map(({Names, State}) => `${Names.join()} ${State}`),
    ...dangling.map(({Id}) => Id),
  ]
}

const edit = async (project: TestProject, edits: Readonly<Record<string, (text: string) => string>>): Promise<void> => {
  for (const [file, change] of Object.entries(edits))
    await project.write(file, change(await readFile(path.join(project.directory, file), 'utf8')))
}
