import type {ExecutionContext} from 'ava'

import {startDev} from '../support/dev.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import type {TestProject} from '../support/project.ts'
import {answerOf, trafficProject} from '../support/traffic-app.ts'
import {copyOf, namedByPackage, worktreeOf} from '../support/traffic-neighbours.ts'
import {freePort, takenPort} from '../support/traffic-port.ts'
import {begin, bodyOf, releaseOf, request} from '../support/traffic-request.ts'
import {until} from '../support/until.ts'

interface ProxyState {
  pid: number
  port: number
  routes: {url: string; requests: number; held: number; live?: {release: string}}[]
}

const proxyOf = async (project: TestProject): Promise<ProxyState> =>
  jsonLines((await imm(project, 'proxy', 'status', '--json')).stdout)[0] as unknown as ProxyState

const apart = async (t: ExecutionContext, beside: (project: TestProject) => Promise<TestProject>): Promise<void> => {
  await using project = await trafficProject()
  await namedByPackage(project)
  const other = await beside(project)
  await using dev = startDev(project)
  const first = await dev.next('live')
  const before = await proxyOf(project)
  await using otherDev = startDev(other)
  const second = await otherDev.next('live')
  other.name = second.project

  t.is(first.project, project.name)
  t.regex(second.project, new RegExp(`^${project.name}-[0-9a-f]{4}$`))
  t.is(first.url, `http://${first.project}.localhost:${before.port}`)
  t.is(second.url, `http://${second.project}.localhost:${before.port}`)
  const {pid, routes} = await proxyOf(project)
  t.is(pid, before.pid)
  t.deepEqual(routes.map(({url}) => url).toSorted(), [first.url, second.url].toSorted())

  await other.write('src/greeting.txt', 'the other')
  const third = await otherDev.next('live')
  t.like(await request(dev.address()), {status: 200, release: first.release, body: answerOf('first')})
  t.like(await request(otherDev.address()), {status: 200, release: third.release, body: answerOf('the other')})
  await otherDev.stop()
  t.like(await request(dev.address()), {status: 200, release: first.release, body: answerOf('first')})
}

test('two directories with one name are told apart and share the proxy', apart, copyOf)
test('two worktrees of one repository are told apart and share the proxy', apart, worktreeOf)

test('a port of its own leads to the environment under any local name, beside its host, and ends with it', async (t) => {
  const port = await freePort()
  await using project = await trafficProject()
  await using dev = startDev(project, ['--port', String(port)])
  const {release} = await dev.next('live')
  const own = {origin: `http://127.0.0.1:${port}`, host: `localhost:${port}`}
  t.like(await request(own), {status: 200, release, body: answerOf('first')})
  t.like(await request(dev.address()), {status: 200, release, body: answerOf('first')})
  await project.write('src/greeting.txt', 'second')
  const second = await dev.next('live')
  t.like(await request(own), {status: 200, release: second.release, body: answerOf('second')})
  await dev.stop()
  await t.throwsAsync(request(own), {code: 'ECONNREFUSED'})
})

test('a port that is taken is refused, by its number', async (t) => {
  await using taken = await takenPort()
  await using project = await trafficProject()
  const {exitCode, stdout, stderr} = await imm(project, 'dev', '--json', '--port', String(taken.port))
  t.is(exitCode, 1)
  const error = jsonLines(stdout).at(-1)
  t.is(error?.['code'], 'PORT_IN_USE')
  t.regex(String(error?.['message']), new RegExp(`port ${taken.port} is taken`))
  t.regex(stderr, /--port/)
})

test('requests before the first release are held until it is there; a person gets a page that says what it waits for', async (t) => {
  const port = await freePort()
  await using project = await trafficProject()
  await project.write('src/greeting.txt', 'unhealthy')
  await using dev = startDev(project, ['--verbose', '--port', String(port)])
  await dev.next('stage', ({stage}) => stage === 'verify')
  const own = {origin: `http://127.0.0.1:${port}`, host: `localhost:${port}`}
  const held = request(own)
  await until(async () => (await proxyOf(project)).routes.some((route) => route.held === 1))

  const page = await begin({...own, headers: {accept: 'text/html,application/xhtml+xml'}})
  const html = await bodyOf(page)
  t.is(page.statusCode, 503)
  t.is(releaseOf(page), dev.events.find((event) => event.type === 'build')?.release ?? 'none built')
  t.regex(html, /<meta http-equiv="refresh"/)
  t.regex(html, new RegExp(`${project.name} / main`))
  t.regex(html, /Verifying/)

  await project.write('src/greeting.txt', 'healthy')
  const {release} = await dev.next('live')
  t.like(await held, {status: 200, release, body: answerOf('healthy')})
})
