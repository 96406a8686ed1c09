import test from 'ava'

import {recordOf} from '../../src/lifecycle/record.ts'
import {volumeName} from '../../src/release/names.ts'
import {testSettings, type SettingChanges} from '../support/lifecycle-settings.ts'
import {good, id, noSignal, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const before: SettingChanges = {
  env: {LOG_LEVEL: 'debug', API_KEY: 'old'},
  command: ['node', 'old.js'],
  user: 'old',
  volumes: [{name: 'data', path: '/data', readOnly: false}],
  tmpfs: ['/tmp'],
  resources: {memoryBytes: 64 * 2 ** 20, cpus: 1},
  health: {kind: 'http', path: '/old'},
}
const now: SettingChanges = {env: {LOG_LEVEL: 'info', API_KEY: 'new'}, user: 'new', health: {kind: 'tcp'}}

/** Releases one, two and three, the first with other settings than the others; then goes back to it. */
const backToFirst = async (
  environment: TestEnvironment,
  dev: TestDev,
  lose = false,
): Promise<Awaited<ReturnType<TestEnvironment['engine']['startedWith']>>> => {
  const {keep} = environment.settings
  const {release} = await dev.next('live')
  for (const content of ['two', 'three']) {
    environment.settings = {...now, ...(keep ? {keep} : {})}
    environment.source.write(good(content))
    environment.source.touch({settings: true})
    await dev.next('live', ({previous}) => previous !== undefined)
    await dev.quiet()
  }
  if (lose) environment.records.lose()
  await dev.rollback(release)
  await dev.quiet()
  const live = environment.traffic.route?.live
  if (live?.release !== release) throw new Error(`${live?.release} is live`)
  return environment.engine.startedWith(live.instance, noSignal)
}

const asBefore = {
  command: ['node', 'old.js'],
  user: 'old',
  tmpfs: ['/tmp'],
  memoryBytes: 64 * 2 ** 20,
  cpus: 1,
  volumes: [{name: volumeName(id, 'data'), path: '/data', readOnly: false}],
}

test('a rollback to a stopped release starts a fresh container with all that it was started with', async (t) => {
  await using environment = testEnvironment(good('one'), {...before, keep: {stopped: 1}})
  await using dev = environment.start()
  const started = await backToFirst(environment, dev)
  t.like(started, {...asBefore, env: {LOG_LEVEL: 'debug', API_KEY: 'old'}})
  t.is(environment.engine.started, 4, 'the stopped one is not started again')
  t.deepEqual(dev.all('warning'), [])
  t.deepEqual(await environment.standing(), ['one running', 'three paused', 'two exited'])
  t.is((await dev.at()).standing.live?.settings.health.path, '/old')
})

test('of a release that has only an image, secrets come from the settings as they are now, and it is said', async (t) => {
  await using environment = testEnvironment(good('one'), before)
  await using dev = environment.start()
  const started = await backToFirst(environment, dev)
  t.like(started, {...asBefore, env: {LOG_LEVEL: 'debug', API_KEY: 'new'}})
  t.regex((await dev.next('warning')).message, /API_KEY of r1-\w+ is as the settings have it now/)
  t.is((await dev.at()).standing.live?.settings.health.path, '/old')
})

test('no value that looks like a secret is recorded', async (t) => {
  const env = {API_KEY: 'hidden-1', DATABASE_URL: 'postgres://shop:hidden-2@db/shop', LOG_LEVEL: 'debug'}
  await using environment = testEnvironment(good('one'), {env, command: ['node', '--token=hidden-3']})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await dev.quiet()
  const record = await environment.records.read(release, noSignal)
  t.deepEqual(record?.settings.env, {LOG_LEVEL: 'debug'})
  t.deepEqual(record?.withheld, ['API_KEY', 'DATABASE_URL', 'the command'])
  t.false(JSON.stringify(record).includes('hidden'))
})

test('what looks like a secret in options is not recorded, and comes from the stopped container', async (t) => {
  const options = {
    entrypoint: ['enter', '--password=hidden-1'],
    healthcheck: {test: ['CMD-SHELL', 'curl --token=hidden-2 localhost']},
    logging: {driver: 'splunk', options: {'splunk-token': 'hidden-3'}},
    labels: {'com.example.api-key': 'hidden-4'},
    shmBytes: 2 ** 20,
  }
  const container = {attachment: undefined, binds: [], options: {...options, healthcheck: {test: ['CMD', 'true']}}}
  await using environment = testEnvironment(good('one'), {container, keep: {stopped: 1}})
  await using dev = environment.start()
  const {withheld, settings} = recordOf({
    settings: testSettings({container: {...container, options}}),
    settingsDigest: '',
    port: 0,
  })
  t.deepEqual(settings.container.options, {shmBytes: 2 ** 20})
  t.deepEqual(withheld, ['the entrypoint', 'the health check', "the log driver's options", 'the labels'])
  const started = await backToFirst(environment, dev)
  t.deepEqual(started?.options, container.options)
  t.deepEqual(dev.all('warning'), [])
})

test('where the record is lost, a stopped release has its settings from its container', async (t) => {
  await using environment = testEnvironment(good('one'), {...before, keep: {stopped: 1}})
  await using dev = environment.start()
  const started = await backToFirst(environment, dev, true)
  t.like(started, {...asBefore, env: {LOG_LEVEL: 'debug', API_KEY: 'old'}})
})

test('where the record is lost, networks, binds, options and whose a volume is come from the container as well', async (t) => {
  const container = {
    attachment: {
      networks: [{name: 'imm_shop_main.default', aliases: []}],
      extraHosts: [{name: 'db', address: '10.0.0.1'}],
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
    },
    binds: [{source: '/srv/shop', path: '/srv', readOnly: true}],
    options: {stopSignal: 'SIGINT'},
  }
  const volumes = [
    {name: 'own', path: '/own', readOnly: false},
    {name: 'shared', path: '/shared', readOnly: false, scope: 'environment', noCopy: true},
    {name: 'theirs', path: '/theirs', readOnly: true, scope: 'external'},
  ] as const
  await using environment = testEnvironment(good('one'), {container, volumes, keep: {stopped: 1}})
  await environment.engine.network({name: 'imm_shop_main.default', labels: {}}, noSignal)
  await environment.engine.createVolume({name: 'theirs', labels: {}}, noSignal)
  await using dev = environment.start()
  const started = await backToFirst(environment, dev, true)
  t.like(started, container)
  t.deepEqual(
    started?.volumes.map(({name}) => name),
    [volumeName(id, 'own'), 'imm_shop_main.shared', 'theirs'],
  )
  t.like((await dev.at()).standing.live?.settings, {container, volumes})
  const shared = await environment.engine.volumes({'imm.environment': 'main'}, noSignal)
  t.deepEqual(
    shared.map(({name, labels}) => [name, labels['imm.app']]),
    [
      [volumeName(id, 'own'), 'web'],
      ['imm_shop_main.shared', undefined],
    ],
  )
})

test('where nothing is known any more, it gets the settings as they are now, and it is said', async (t) => {
  await using environment = testEnvironment(good('one'), before)
  await using dev = environment.start()
  const started = await backToFirst(environment, dev, true)
  t.like(started, {env: {LOG_LEVEL: 'info', API_KEY: 'new'}, user: 'new', volumes: []})
  t.regex((await dev.next('warning')).message, /is not known any more/)
})

test('a release keeps its port, whatever the Dockerfile exposes since', async (t) => {
  await using environment = testEnvironment(good('one', {expose: [3000, 9000]}))
  environment.exposedPorts = [3000]
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.exposedPorts = [4000]
  for (const content of ['two', 'three']) {
    environment.source.write(good(content, {listen: 4000, expose: [4000]}))
    environment.source.touch({settings: true})
    await dev.next('live', ({previous}) => previous !== undefined)
    await dev.quiet()
  }
  t.is(await dev.rollback(release), release)
  t.like(await environment.answer(), {content: 'one'})
})

test('a release of other settings is not taken for what is in the working tree', async (t) => {
  await using environment = testEnvironment(good('one'), {env: {A: '1'}})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.settings = {env: {A: '2'}}
  environment.source.touch({settings: true})
  await dev.next('live', ({previous}) => previous !== undefined)
  environment.save(good('three'))
  await dev.next('live', ({release: name}) => name.startsWith('r3'))
  await dev.quiet()
  await dev.rollback(release)
  environment.save(good('one'))
  const next = await dev.next('live', ({release: name}) => name.startsWith('r4'))
  await dev.quiet()
  const live = environment.traffic.route?.live
  t.is(live?.release, next.release)
  t.deepEqual((await environment.engine.startedWith(live?.instance ?? '', noSignal))?.env, {A: '2'})
})
