import test from 'ava'

import {staysUpMs} from '../../src/lifecycle/until-stayed.ts'
import {fakeClock} from '../support/lifecycle-clock.ts'
import type {SettingChanges} from '../support/lifecycle-settings.ts'
import {testEnvironment, type TestDev} from '../support/lifecycle.ts'
import type {Program} from '../support/memory-engine/program.ts'

/** A program that listens on nothing. */
const worker = (content: string, more: Program = {}): Program => ({content, ...more})

const soon: SettingChanges = {port: 0, health: {upMs: 1}}

const notAsked = (dev: TestDev) => dev.calls('probe').length === 0 && dev.calls('engine', 'listening').length === 0

test('what listens on nothing is live once it has stayed up, and nobody connects to it', async (t) => {
  const clock = fakeClock()
  await using environment = testEnvironment(worker('one'), {port: 0})
  await using dev = environment.start({clock})
  await dev.next('stage', ({stage}) => stage === 'verify')
  await clock.asleep(staysUpMs)
  t.deepEqual(dev.all('live'), [])
  await clock.pass(staysUpMs)
  await dev.next('live')
  t.is(environment.traffic.route?.live?.address.port, 0)
  t.true(notAsked(dev))
})

test('one that ends while it should stay up is rejected, and what is live works on', async (t) => {
  await using environment = testEnvironment(worker('one'), soon)
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.save(worker('two', {exitCode: 0, logs: ['nothing to do']}))
  const rejected = await dev.next('rejected')
  t.like(rejected, {code: 'CRASHED', stage: 'verify', output: ['nothing to do']})
  t.regex(rejected.message, /exit code 0 \(its command came to its end; a worker must go on running\)/)
  t.regex(rejected.next, /`jobs:`/)
  t.is(environment.traffic.route?.live?.release, release)
  t.true(notAsked(dev))
})

test('one with a healthcheck is live once that passes', async (t) => {
  await using environment = testEnvironment(worker('one', {health: 'healthy'}), {port: 0})
  await using dev = environment.start({clock: fakeClock()})
  await dev.next('live')
  t.is(dev.calls('engine', 'healthcheck').length, 1)
})

test('a healthcheck of the settings counts where the image has none, and `NONE` takes the image’s away', async (t) => {
  const own: SettingChanges = {
    port: 0,
    container: {attachment: undefined, binds: [], options: {healthcheck: {test: ['CMD', 'true']}}},
  }
  await using environment = testEnvironment(worker('one'), own)
  await using dev = environment.start({clock: fakeClock()})
  await dev.next('live')
  t.is(dev.calls('engine', 'healthcheck').length, 1)
  const none: SettingChanges = {
    ...soon,
    container: {attachment: undefined, binds: [], options: {healthcheck: {test: ['NONE']}}},
  }
  await using other = testEnvironment(worker('one', {health: 'unhealthy'}), none)
  await using second = other.start()
  await second.next('live')
  t.is(second.calls('engine', 'healthcheck').length, 0)
})

test('with `health.log` a line of its output makes it live, whatever its colours, also of one that listens', async (t) => {
  for (const port of [0, 3000]) {
    const logs = ['starting', '\u001B[32mready\u001B[0m to work']
    await using environment = testEnvironment(worker('one', {logs}), {port, health: {kind: 'log', log: '^ready'}})
    await using dev = environment.start({clock: fakeClock()})
    await dev.next('live')
    t.true(notAsked(dev))
  }
})

test('a line that comes later makes it live as well', async (t) => {
  await using environment = testEnvironment(worker('one'), {port: 0, health: {kind: 'log', log: 'ready'}})
  await using dev = environment.start({clock: fakeClock()})
  await dev.next('stage', ({stage}) => stage === 'verify')
  const [container] = await environment.containers()
  environment.engine.print(container?.id ?? '', 'not yet')
  await dev.next('log', ({text}) => text === 'not yet')
  t.deepEqual(dev.all('live'), [])
  environment.engine.print(container?.id ?? '', 'ready')
  await dev.next('live')
  t.pass()
})

test('without such a line it is unhealthy, and what it printed is shown', async (t) => {
  const clock = fakeClock()
  const health = {kind: 'log' as const, log: 'rea+dy', timeoutMs: 3000}
  await using environment = testEnvironment(worker('one', {logs: ['a', 'b']}), {port: 0, health})
  await using dev = environment.start({clock})
  await clock.pass(3000)
  const rejected = await dev.next('rejected')
  t.like(rejected, {code: 'UNHEALTHY', output: ['a', 'b']})
  t.is(rejected.message, 'not healthy within 3 s: a line that matches /rea+dy/: none of its 2 lines matches')
  t.regex(rejected.next, /`health\.log`/)
  environment.save(worker('two'))
  await clock.pass(3000)
  t.regex((await dev.next('rejected')).message, /it printed nothing$/)
})

test('one that ends before it printed the line has crashed', async (t) => {
  await using environment = testEnvironment(worker('one', {exitCode: 3}), {port: 0, health: {kind: 'log', log: 'x'}})
  await using dev = environment.start({clock: fakeClock()})
  t.regex((await dev.next('rejected', ({code}) => code === 'CRASHED')).message, /exit code 3/)
})

test('two releases work at once for a moment, and the old one is stopped and never paused', async (t) => {
  await using environment = testEnvironment(worker('one'), {...soon, keep: {warm: 3}})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(worker('two'))
  const second = await dev.next('live')
  t.is(second.previous, first.release)
  t.like(await dev.next('retired'), {release: first.release, warm: false, stopped: false})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
  t.deepEqual(dev.calls('engine', 'pause'), [])
  const [removed] = dev.calls('engine', 'remove').filter(({args}) => args[1] !== 0)
  t.is(removed?.args[1], 10_000, 'it gets time to finish')
  t.is(await dev.rollback(), first.release)
})

test('one that is given up may have begun to work: it gets time to finish as well', async (t) => {
  const health = {kind: 'log', log: 'ready'} as const
  await using environment = testEnvironment(worker('one'), {port: 0, health})
  await using dev = environment.start()
  await dev.next('stage', ({stage}) => stage === 'verify')
  environment.save(worker('two', {logs: ['ready']}))
  await dev.next('live')
  await dev.quiet()
  const [removed] = dev.calls('engine', 'remove')
  t.is(removed?.args[1], 10_000)
  t.deepEqual(await environment.standing(), ['two running'])
})

test('its own time to end is kept to', async (t) => {
  const container = {attachment: undefined, binds: [], options: {stopGraceMs: 60_000}}
  await using environment = testEnvironment(worker('one'), {...soon, container})
  await using dev = environment.start()
  await dev.next('live')
  environment.save(worker('two'))
  await dev.next('retired')
  await dev.quiet()
  t.true(dev.calls('engine', 'remove').some(({args}) => args[1] === 60_000))
})

test('a dead one is replaced, and no request is said to wait', async (t) => {
  await using environment = testEnvironment(worker('one'), soon)
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const [container] = await environment.containers()
  environment.engine.crash(container?.id ?? '')
  t.like(await dev.next('died'), {release, worker: true, left: 0})
  t.like(await dev.next('live'), {release, cause: 'replace'})
})

const guard = {windowMs: 5000, errors: 0.01, latency: 3, minRequests: 20}

test('one that ends while it is guarded gives way to the release before, which is started again', async (t) => {
  await using environment = testEnvironment(worker('one'), {...soon, guard})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(worker('two'))
  const second = await dev.next('live')
  await dev.next('retired')
  const bad = (await environment.containers()).find(({labels}) => labels['imm.release'] === second.release)
  environment.engine.crash(bad?.id ?? '')
  t.like(await dev.next('died'), {release: second.release, givenUp: true})
  t.like(await dev.next('reverted'), {release: second.release, to: first.release})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(dev.calls('traffic', 'counts'), [], 'there are no requests to count')
})

test('one that stays up in its window keeps its place', async (t) => {
  const clock = fakeClock()
  await using environment = testEnvironment(worker('one'), {port: 0, health: {upMs: 0}, guard})
  await using dev = environment.start({clock})
  await dev.next('live')
  environment.save(worker('two'))
  const {release} = await dev.next('live')
  clock.hurry()
  t.like(await dev.next('guarded'), {release, verdict: 'ok', requests: 0})
})

test('a later imm finds it working and goes on with it', async (t) => {
  await using environment = testEnvironment(worker('one'), soon)
  const before = environment.start()
  const {release} = await before.next('live')
  await before.quiet()
  await before.kill()
  await using dev = environment.start()
  t.like(await dev.next('live'), {release, cause: 'adopted'})
  await dev.quiet()
  t.is(environment.engine.started, 1)
})

test('what can’t be asked by HTTP is not: the release is rejected before it is built', async (t) => {
  const http = {
    kind: 'http' as const,
    name: 'GET /',
    method: 'GET',
    path: '/',
    headers: {},
    body: undefined,
    expect: {status: [], text: [], match: [], json: undefined, headers: {}},
    timeoutMs: 1,
    retryMs: 0,
  }
  const impossible: [SettingChanges, RegExp][] = [
    [{port: 0, verify: [http]}, /the check "GET \/" asks by HTTP, and the application listens on nothing/],
    [{port: 0, health: {kind: 'tcp'}}, /`health` asks the application, and the application listens on nothing/],
    [{protocol: 'tcp', verify: [http]}, /and the application speaks no HTTP/],
    [{protocol: 'tcp', health: {kind: 'http'}}, /and the application speaks no HTTP/],
  ]
  for (const [settings, message] of impossible) {
    await using environment = testEnvironment(worker('one'), settings)
    await using dev = environment.start()
    const rejected = await dev.next('rejected')
    t.is(rejected.code, 'CONFIG_INVALID')
    t.regex(rejected.message, message)
    t.deepEqual(dev.calls('engine', 'build'), [])
  }
})

test('what speaks no HTTP is healthy once it accepts a connection', async (t) => {
  await using environment = testEnvironment({content: 'one', listen: 3000}, {protocol: 'tcp', port: 3000})
  await using dev = environment.start()
  await dev.next('live')
  const asked = dev.calls('probe')
  t.true(asked.length > 0)
  t.true(
    asked.every(({args}) => args[1] === undefined),
    'no path is asked for',
  )
})
