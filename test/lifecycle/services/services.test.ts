import test from 'ava'

import type {ImmError} from '../../../src/errors.ts'
import {sharedName} from '../../../src/release/names.ts'
import {hurriedClock} from '../../support/lifecycle-clock.ts'
import {environment, noSignal, on, service, testServices} from '../../support/services.ts'

const db = {listen: 5432, health: 'healthy', bootMs: 20} as const

test('services start in the order of what they depend on, those between which nothing is at once', async (t) => {
  const at = testServices({db, cache: {listen: 6379}, web: {listen: 80}})
  const release = at.engine.faults.holdNext('start')
  const services = await at.open([
    service('web', {dependsOn: [on('db', {condition: 'healthy'}), on('cache')]}),
    service('db'),
    service('cache'),
  ])
  await Promise.all([at.next('db', 'starting'), at.next('cache', 'starting')])
  t.false(at.changes().includes('web starting'))
  release()
  await services.ready('web', 'started', noSignal)
  const changes = at.changes()
  t.true(changes.indexOf('db healthy') < changes.indexOf('web starting'))
  t.true(changes.indexOf('cache started') < changes.indexOf('web starting'))
  t.deepEqual(
    services.states().map((each) => `${each.service} ${each.state}`),
    ['web running', 'db healthy', 'cache running'],
  )
  await services.close(noSignal)
  t.deepEqual(at.changes().slice(-3).toSorted(), ['cache removed', 'db removed', 'web removed'])
  t.is(at.changes().filter((change) => change.endsWith('removed'))[0], 'web removed')
  t.deepEqual(await at.engine.instances({}, noSignal), [])
})

test('what an imm that was killed left running is adopted, and goes on being told about', async (t) => {
  const at = testServices({db: {...db, logs: ['ready']}})
  const first = await at.open([service('db')])
  await first.ready('db', 'healthy', noSignal)
  const container = await at.container('db')
  at.kill()

  const second = await at.open([service('db')])
  await second.ready('db', 'healthy', noSignal)
  t.is(await at.container('db'), container)
  t.is(at.engine.started, 1)
  t.true(at.changes().includes('db found'))
  at.engine.print(container ?? '', 'again')
  at.engine.crash(container ?? '', 3)
  t.like(await at.next('db', 'exited'), {exitCode: 3, output: ['ready', 'again']})
  t.deepEqual(at.lines(), ['db: ready', 'db: again'])
  await second.close(noSignal)
})

const chain = (env: Record<string, string>) => [
  service('db', {env}),
  service('cache', {dependsOn: [on('db')]}),
  service('web', {dependsOn: [on('db', {restart: true})]}),
  service('worker', {dependsOn: [on('web', {restart: true})]}),
]

test('a service is replaced when anything of its definition differs, and only then', async (t) => {
  const at = testServices({db, cache: {listen: 1}, web: {listen: 80}, worker: {}})
  const first = await at.open(chain({A: '1'}))
  await Promise.all(['cache', 'web', 'worker'].map(async (name) => first.ready(name, 'started', noSignal)))
  const before = await Promise.all(['db', 'cache', 'web', 'worker'].map(async (name) => at.container(name)))
  await first.leave()

  const second = await at.open(chain({A: '2'}))
  await Promise.all(['cache', 'web', 'worker'].map(async (name) => second.ready(name, 'started', noSignal)))
  const after = await Promise.all(['db', 'cache', 'web', 'worker'].map(async (name) => at.container(name)))
  t.deepEqual(
    after.map((id, each) => id === before[each]),
    [false, true, false, false],
  )
  t.is((await at.next('db', 'replaced')).why, 'its definition changed')
  t.is((await at.next('web', 'replaced')).why, 'db, which it depends on, was replaced')
  t.is((await at.next('worker', 'replaced')).why, 'web, which it depends on, was replaced')
  t.deepEqual(
    second.states().map(({replaced}) => replaced),
    [true, false, true, true],
  )
  await second.close(noSignal)
})

test('another image under the same name is another definition', async (t) => {
  const at = testServices({db})
  const first = await at.open([service('db')])
  await first.ready('db', 'healthy', noSignal)
  await first.leave()
  at.engine.offer('db:1', {...db, content: 'newer'})
  const same = await at.open([service('db')])
  await same.ready('db', 'healthy', noSignal)
  await same.leave()
  t.is(at.engine.started, 1)
  const second = await at.open([service('db', {pull: 'always'})])
  await second.ready('db', 'healthy', noSignal)
  t.is((await at.next('db', 'replaced')).why, 'its image changed, db:1')
  await second.close(noSignal)
})

test('a service that the file has no more is taken away before any is started', async (t) => {
  const at = testServices({db, old: {}})
  const first = await at.open([service('db'), service('old')])
  await first.ready('old', 'started', noSignal)
  await first.leave()
  const second = await at.open([service('db')])
  t.is((await at.next('old', 'removed')).why, 'the Compose file has it no more')
  t.is(await at.container('old'), undefined)
  await second.close(noSignal)
})

test('what runs to its end runs once, until its definition changes', async (t) => {
  const at = testServices({seed: {exitCode: 0, bootMs: 10, logs: ['seeded']}})
  const seed = service('seed', {completes: true})
  const first = await at.open([seed])
  await first.ready('seed', 'completed', noSignal)
  await first.close(noSignal)
  const second = await at.open([seed])
  await second.ready('seed', 'completed', noSignal)
  await second.close(noSignal)
  t.is(at.engine.started, 1)
  t.deepEqual(at.lines(), ['seed: seeded'])
  const third = await at.open([service('seed', {completes: true, env: {ROWS: '2'}})])
  await third.ready('seed', 'completed', noSignal)
  t.is(at.engine.started, 2)
  await third.close(noSignal)
})

test('what runs to its end with another code than 0 keeps what waits for it from starting, and is run again', async (t) => {
  const at = testServices({seed: {exitCode: 4, bootMs: 10, logs: ['!no table']}, web: {}})
  const all = [service('web', {dependsOn: [on('seed', {condition: 'completed'})]}), service('seed', {completes: true})]
  const first = await at.open(all)
  const error = await t.throwsAsync<ImmError>(async () => first.ready('web', 'started', noSignal))
  t.is(error?.message, 'web is not started: service seed ended with exit code 4')
  t.deepEqual(error?.output, ['no table'])
  t.is(await at.container('web'), undefined)
  await first.leave()
  at.engine.offer('seed:1', {exitCode: 0})
  const second = await at.open(all.map((each) => ({...each, pull: 'always' as const})))
  await second.ready('web', 'started', noSignal)
  await second.close(noSignal)
})

test('what is not required only warns', async (t) => {
  const at = testServices({web: {}})
  const services = await at.open([
    service('web', {dependsOn: [on('db', {condition: 'healthy', required: false}), on('gone', {required: false})]}),
    service('db'),
  ])
  await services.ready('web', 'started', noSignal)
  const warnings = at.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))
  t.is(warnings.length, 1)
  t.regex(warnings[0] ?? '', /^web starts without db, which it doesn't require: the image db:1 of service db/)
  await services.close(noSignal)
})

test('nobody waits until something without a healthcheck is healthy', async (t) => {
  const at = testServices({db: {listen: 1}, web: {}})
  const services = await at.open([service('web', {dependsOn: [on('db', {condition: 'healthy'})]}), service('db')])
  t.like(await at.next('web', 'failed'), {
    why: 'web is not started: service db has no healthcheck, so nobody can wait until it is healthy',
    next: 'Give db a `healthcheck:`, or depend on it with `condition: service_started`.',
  })
  await services.close(noSignal)
})

test('an image that is nowhere is told with its service and its file, and never fetched where that is forbidden', async (t) => {
  const at = testServices({cache: {}})
  const services = await at.open([service('db'), service('cache', {pull: 'never'})])
  t.is(
    (await at.next('db', 'failed')).why,
    "the image db:1 of service db (compose.yaml) is unavailable: db:1 can't be fetched: not found",
  )
  t.is((await at.next('cache', 'failed')).why, 'the image cache:1 of service cache (compose.yaml) is not there')
  t.deepEqual(at.changes().toSorted(), ['cache failed', 'db failed', 'db pulling'])
  await t.throwsAsync(async () => services.ready('db', 'started', noSignal), {code: 'IMAGE_UNAVAILABLE'})
  await services.close(noSignal)
})

test('an end is told once with its last lines, however often the engine tries again, and so is its coming back', async (t) => {
  const at = testServices({db: {...db, logs: ['up']}})
  const services = await at.open([service('db')])
  await services.ready('db', 'healthy', noSignal)
  const id = (await at.container('db')) ?? ''
  for (let count = 0; count < 3; count++) {
    at.engine.crash(id, 1)
    await at.engine.restart(id)
    await services.ready('db', 'healthy', noSignal)
  }
  at.engine.crash(id, 2)
  t.like(await at.next('db', 'exited'), {exitCode: 1})
  t.like(await at.next('db', 'exited'), {exitCode: 2})
  t.is(at.changes().filter((change) => change === 'db exited').length, 2)
  await t.throwsAsync(async () => services.ready('db', 'healthy', noSignal), {
    message: 'service db ended with exit code 2',
  })
  await services.close(noSignal)
})

test('a change of health is told once each', async (t) => {
  const at = testServices({db})
  const services = await at.open([service('db')])
  await at.next('db', 'healthy')
  at.engine.sicken((await at.container('db')) ?? '')
  await at.next('db', 'unhealthy')
  await t.throwsAsync(async () => services.ready('db', 'healthy', noSignal), {code: 'SERVICE_FAILED'})
  await services.ready('db', 'started', noSignal)
  t.deepEqual(
    at.changes().filter((change) => change.endsWith('healthy')),
    ['db healthy', 'db unhealthy'],
  )
  await services.close(noSignal)
})

test('a container that somebody removed is replaced at once, and again and again', async (t) => {
  const at = testServices({db: {listen: 5432, health: 'healthy'}}, hurriedClock())
  const services = await at.open([service('db')])
  for (let count = 1; count <= 3; count++) {
    await services.ready('db', 'healthy', noSignal)
    await at.next('db', 'started')
    at.engine.removeBehindTheBack((await at.container('db')) ?? '')
    await at.next('db', 'removed')
  }
  await at.next('db', 'started')
  t.is(at.engine.started, 4)
  await services.close(noSignal)
})

test('one that somebody stopped, which the engine leaves as it is, is replaced', async (t) => {
  const at = testServices({db: {listen: 5432, health: 'healthy'}}, hurriedClock())
  const services = await at.open([service('db')])
  await services.ready('db', 'healthy', noSignal)
  await at.next('db', 'started')
  const before = await at.container('db')
  at.engine.crash(before ?? '', 137)
  await at.next('db', 'removed')
  await at.next('db', 'started')
  await services.ready('db', 'healthy', noSignal)
  t.not(await at.container('db'), before)
  t.is(at.engine.started, 2)
  await services.close(noSignal)
})

test('an engine that went away is waited for, and what happened meanwhile is told', async (t) => {
  const at = testServices({db: {...db, logs: ['up']}})
  const services = await at.open([service('db')])
  await services.ready('db', 'healthy', noSignal)
  const id = (await at.container('db')) ?? ''
  at.engine.faults.lose()
  at.engine.crash(id, 7)
  at.engine.faults.back()
  t.like(await at.next('db', 'exited'), {exitCode: 7})
  at.engine.print(id, 'hello')
  await services.close(noSignal)
})

test('a host port that is taken is given up for a free one, which is told', async (t) => {
  const at = testServices({db: {listen: 1}, other: {listen: 1}, third: {listen: 1}})
  const published = [{containerPort: 5432, protocol: 'tcp' as const, hostIp: '127.0.0.1', hostPort: 5432}]
  const services = await at.open(
    [
      service('db', {published}),
      service('other', {published, dependsOn: [on('db')]}),
      service('third', {published: [{containerPort: 1, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 6000}]}),
    ],
    {isFree: async ({hostPort}) => hostPort !== 6000},
  )
  t.like((await at.next('db', 'started')).ports?.[0], {containerPort: 5432, hostPort: 5432, asked: undefined})
  const [port] = (await at.next('other', 'started')).ports ?? []
  t.is(port?.asked, 5432)
  t.not(port?.hostPort, 5432)
  t.like((await at.next('third', 'started')).ports?.[0], {asked: 6000})
  await services.close(noSignal)
})

const filesAt = (place: string, content: string) => ({
  put: async () => ({binds: [{source: place, path: '/run/secrets/pw', readOnly: true}], digest: content}),
})

test('secrets are part of a definition by their contents, and not by the places where they lie', async (t) => {
  const at = testServices({db})
  const secret = {
    kind: 'secret',
    name: 'pw',
    source: {kind: 'content', content: 'x'},
    path: '/run/secrets/pw',
    mode: 0o444,
  } as const
  const spec = [service('db', {files: [secret]})]
  const steps = [
    ['/tmp/a', 'one', 1],
    ['/tmp/b', 'one', 1],
    ['/tmp/b', 'two', 2],
  ] as const
  for (const [place, content, started] of steps) {
    const services = await at.open(spec, {files: filesAt(place, content)})
    await services.ready('db', 'healthy', noSignal)
    t.is(at.engine.started, started)
    await services.leave()
  }
  const [found] = await at.engine.instances({}, noSignal)
  t.is(found?.name, sharedName(environment, 'db'))
  t.false(JSON.stringify(found?.labels).includes('two'))
})

test('a service waits for an app that it depends on', async (t) => {
  const at = testServices({front: {}})
  const live = Promise.withResolvers<void>()
  const asked: string[] = []
  const services = await at.open([service('front', {dependsOn: [on('web', {condition: 'healthy'})]})], {
    apps: {
      names: ['web'],
      async ready(name, condition) {
        asked.push(`${name} ${condition}`)
        await live.promise
      },
    },
  })
  await at.next('front', 'pulling')
  t.is(await at.container('front'), undefined)
  live.resolve()
  await services.ready('front', 'started', noSignal)
  t.deepEqual(asked, ['web healthy'])
  await services.close(noSignal)
})
