import {readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import path from 'node:path'

import {startDaemon} from '../../src/proxy/start.ts'
import {statePath} from '../../src/proxy/state-file.ts'
import {statePaths} from '../../src/state/paths.ts'
import {startDev} from '../support/dev.ts'
import {applicationsOf, docker} from '../support/engine-socket.ts'
import {imm, immEnv, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {steadyRequests} from '../support/steady-requests.ts'
import {until} from '../support/until.ts'

const proxyOf = async (project: TestProject): Promise<{pid: number; port: number}> => {
  const [status] = jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)
  return {pid: Number(status?.['pid']), port: Number(status?.['port'])}
}

const startProxy = async (project: TestProject): Promise<{pid: number; port: number}> => {
  const env = {...process.env, ...immEnv(project)}
  await startDaemon(statePaths(env), env, new AbortController().signal)
  return proxyOf(project)
}

test('imm proxy restart under load fails no request, and imm dev goes on with the new one', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  const before = await proxyOf(project)
  await using load = steadyRequests(dev.address()).start()
  await load.served(20)
  const [done] = jsonLines((await imm(project, 'proxy', 'restart', '--json')).stdout)
  t.is(done?.['running'], true)
  await load.served(20)
  const after = await proxyOf(project)
  t.deepEqual([after.pid, after.port], [done?.['pid'], before.port])
  t.not(after.pid, before.pid)
  await project.write('src/greeting.txt', 'after the restart')
  await dev.next('live', ({cause}) => cause === 'change')
  await load.served(20)
  const {failed, statuses} = await load.stop()
  t.deepEqual([failed, [...statuses]], [0, [200]])
  t.is((await dev.fetch()).text, 'after the restart\n')
  t.deepEqual(
    dev.events.filter(({type}) => type === 'warning'),
    [],
  )
})

test('with no imm dev, and its state lost, a new proxy finds again what was live', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  await dev.next('live')
  await project.write('src/greeting.txt', 'version two')
  const {release} = await dev.next('live', ({cause}) => cause === 'change')
  // By then the history knows of it.
  await dev.next('retired')
  dev.kill('SIGKILL')
  await dev.ended
  process.kill((await proxyOf(project)).pid, 'SIGKILL')
  await writeFile(statePath(project.home), '{"version": 2, "rou')
  const {port} = await startProxy(project)
  const {host} = dev.address()
  const again = steadyRequests({origin: `http://127.0.0.1:${port}`, host})
  // Until it is found again its host is unknown: 404 with what there is, nothing.
  const deadlineMs = Date.now() + 15_000
  let answer = await again.once()
  while (answer.status === 404 && Date.now() < deadlineMs) answer = await again.once()
  t.deepEqual([answer.status, answer.release], [200, release])
  const log = async () => readFile(path.join(project.home, 'proxy.log'), 'utf8')
  await until(async () => (await log()).includes('has its route again'))
  // And it is looked after again: a container that dies gives way to another, also where it dies before anybody looked at it.
  const live = (await applicationsOf(project.name)).find(
    ({Labels, State}) => Labels['imm.release'] === release && State === 'running',
  )
  await docker()
    .getContainer(live?.Id ?? '')
    .kill()
  await until(async () => (await again.once()).status === 200)
  t.pass()
})

test('a saved address that is somebody else’s by now gets no request, and what is live is found where it is', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const {release} = await dev.next('live')
  dev.kill('SIGKILL')
  await dev.ended
  const {pid, port} = await proxyOf(project)
  process.kill(pid, 'SIGKILL')
  let foreign = 0
  const somebody = createServer((_, response) => {
    foreign++
    response.end('somebody else')
  })
  await new Promise<void>((resolve) => somebody.listen(0, '127.0.0.1', resolve))
  t.teardown(() => somebody.close())
  const file = statePath(project.home)
  const elsewhere = `"address": {"host": "127.0.0.1", "port": ${(somebody.address() as AddressInfo).port}}`
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll(/"address": \{[^}]*\}/g, elsewhere))
  await startProxy(project)
  const answer = await steadyRequests({origin: `http://127.0.0.1:${port}`, host: dev.address().host}).once()
  t.deepEqual([answer.status, answer.release], [200, release])
  t.is(foreign, 0)
})
