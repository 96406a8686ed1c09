import {startDev} from '../support/dev.ts'
import {applicationsOf, containersOf, imagesOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

test('a save is served by a new container, and a rollback by the one before', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const first = await dev.next('live')
  t.is((await dev.fetch()).text, 'hello, version 1\n')

  await project.write('src/greeting.txt', 'version two')
  const second = await dev.next('live')
  t.deepEqual({...(await dev.fetch())}, {status: 200, release: second.release, text: 'version two\n'})
  t.is(second.previous, first.release)
  await dev.next('retired', ({release, warm}) => release === first.release && warm)

  const rollback = await imm(project, 'rollback', '--json')
  t.is(rollback.exitCode, 0, rollback.stderr)
  t.is((await dev.next('live')).cause, 'rollback')
  t.deepEqual({...(await dev.fetch())}, {status: 200, release: first.release, text: 'hello, version 1\n'})
})

test('touching a file without changing it starts nothing', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  await project.write('src/greeting.txt', 'hello, version 1\n')
  // A change comes after it, and is the second release: nothing was between them.
  await project.write('package.json', '{"name": "changed", "type": "module"}')
  t.regex((await dev.next('live')).release, /^r2-/)
  t.deepEqual(
    dev.events.flatMap((event) => (event.type === 'build' ? [event.release.slice(0, 3)] : [])),
    ['r1-', 'r2-'],
  )
})

test('settings are a change like any other: a new release, without a restart of imm', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  await project.write('imm.yaml', `${await read(project, 'imm.yaml')}env: {GREETING: from the settings}\n`)
  const second = await dev.next('live')
  const [live] = (await applicationsOf(project.name)).filter(({State}) => State === 'running')
  t.is(live?.Labels['imm.release'], second.release)

  await project.write('imm.yaml', `${await read(project, 'imm.yaml')}prot: 3000\n`)
  const refused = await dev.next('rejected')
  t.is(refused.code, 'CONFIG_INVALID')
  t.regex(refused.message, /imm\.yaml:\d+:\d+/)
  const [status] = jsonLines((await imm(project, 'status', '--json')).stdout)
  t.like(status, {rejected: {code: 'CONFIG_INVALID', stage: 'snapshot'}})
  t.is((await dev.fetch()).release, second.release)
})

test('a second imm dev in the same project says who holds it', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  const second = await imm(project, 'dev', '--json')
  t.is(second.exitCode, 1)
  const [error] = jsonLines(second.stdout)
  t.is(error?.['code'], 'ENVIRONMENT_HELD')
  t.regex(String(error?.['message']), new RegExp(String(dev.pid)))
})

test('Ctrl-C leaves no container and no route, and down leaves no image', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  await project.write('src/greeting.txt', 'version two')
  await dev.next('live')
  await dev.stop()
  t.is(await dev.ended, 130)
  t.deepEqual(await containersOf(project.name), [])
  t.is((await imagesOf(project.name)).length, 2)
  t.is((await imm(project, 'down')).exitCode, 0)
  t.deepEqual(await imagesOf(project.name), [])
  const status = await imm(project, 'proxy', 'status', '--json')
  t.deepEqual(jsonLines(status.stdout)[0]?.['routes'] ?? [], [])
})

const read = async ({directory}: {directory: string}, file: string): Promise<string> => {
  const {readFile} = await import('node:fs/promises')
  return readFile(`${directory}/${file}`, 'utf8')
}

test('logs, open and down work in a directory whose settings are broken, also once imm dev has ended', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  await project.write('imm.yaml', 'port: [')
  await dev.next('rejected')
  t.is((await imm(project, 'logs', '--json')).exitCode, 0)
  t.is((await imm(project, 'open', '--print')).exitCode, 0)
  await dev.stop()
  t.is((await imagesOf(project.name)).length, 1)
  t.is((await imm(project, 'down')).exitCode, 0)
  t.deepEqual(await imagesOf(project.name), [])
})

test('what runs under a name of the command line is found by its directory, and by the name', async (t) => {
  await using project = await testProject()
  const name = `${project.name}x`
  await using dev = startDev(project, ['--project', name])
  await dev.next('live')
  const {stdout} = await imm(project, 'logs', '--json')
  t.true(jsonLines(stdout).length > 0)
  t.is((await imm(project, 'down', '--project', name)).exitCode, 0)
  t.is(await dev.ended, 0)
  t.deepEqual([...(await containersOf(name)), ...(await imagesOf(name))], [])
})
