import test from 'ava'

import type {JobSettings} from '../../../src/config/settings.ts'
import {environmentLabels} from '../../../src/release/labels.ts'
import {fakeClock} from '../../support/lifecycle-clock.ts'
import type {SettingChanges} from '../../support/lifecycle-settings.ts'
import {good, id, noSignal, testEnvironment, type TestDev, type TestEnvironment} from '../../support/lifecycle.ts'
import {until} from '../../support/until.ts'

const job = (name: string, script: string, more: Partial<JobSettings> = {}): JobSettings => ({
  name,
  command: ['sh', '-c', script],
  env: {},
  timeoutMs: 60_000,
  ...more,
})

const names = (dev: TestDev) => dev.all('job').map(({name}) => name)

const jobContainers = async ({engine}: TestEnvironment) =>
  engine.instances({...environmentLabels(id), 'imm.role': 'job'}, noSignal)

test('jobs run in order, from the candidate’s image, before its container starts, and what they print is shown', async (t) => {
  const jobs = [job('migrate', 'echo one; echo $WHERE'), job('seed', 'echo $LEVEL >&2', {env: {LEVEL: 'all'}})]
  await using environment = testEnvironment(good('one'), {jobs, env: {WHERE: 'db', LEVEL: 'none'}})
  await using dev = environment.start()
  const {release, timings} = await dev.next('live')
  t.like(dev.all('job'), [
    {release, name: 'migrate', ok: true, reason: undefined, output: ['one', 'db']},
    {release, name: 'seed', ok: true, reason: undefined, output: ['all']},
  ])
  t.deepEqual(
    dev.all('log').map(({stream, text}) => `${stream} ${text}`),
    ['stdout one', 'stdout db', 'stderr all'],
  )
  const stages = dev.events.flatMap((event) => (event.type === 'stage' ? (event.job ?? event.stage) : []))
  t.deepEqual(stages, ['build', 'jobs', 'migrate', 'seed', 'launch', 'verify', 'flip'])
  t.is(typeof timings.jobs, 'number')
  t.deepEqual(await jobContainers(environment), [])
})

test('a job has what the app has, but for what is said of the app’s own program', async (t) => {
  const jobs = [job('migrate', 'echo', {user: 'admin', workingDir: '/work'})]
  const settings: SettingChanges = {
    jobs,
    user: 'app',
    volumes: [
      {name: 'data', path: '/data', readOnly: false},
      {name: 'cache', path: '/cache', readOnly: true, scope: 'environment'},
    ],
    tmpfs: ['/run'],
    resources: {memoryBytes: 1000, cpus: 2},
    container: {
      attachment: undefined,
      binds: [{source: '/etc/zone', path: '/zone', readOnly: true}],
      options: {capDrop: ['ALL'], entrypoint: ['serve'], healthcheck: {test: ['NONE']}, restart: 'always'},
    },
  }
  await using environment = testEnvironment(good('one'), settings)
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const [call] = dev.calls('engine', 'runOnce')
  const labels = environmentLabels(id)
  t.like(call?.args[0], {
    name: `imm_shop_main_web_${release}_g1_job1`,
    labels: {...labels, 'imm.release': release, 'imm.role': 'job'},
    command: ['sh', '-c', 'echo'],
    user: 'admin',
    tmpfs: ['/run'],
    binds: [{source: '/etc/zone', path: '/zone', readOnly: true}],
    options: {capDrop: ['ALL'], workingDir: '/work', entrypoint: undefined, healthcheck: undefined, restart: undefined},
    memoryBytes: 1000,
    cpus: 2,
    network: undefined,
  })
  const {'imm.app': _app, ...shared} = labels
  const volumes = [
    {name: 'imm_shop_main_web_data', path: '/data', readOnly: false, labels},
    {name: 'imm_shop_main.cache', path: '/cache', readOnly: true, labels: shared},
  ]
  t.like(call?.args[0], {volumes})
  const [started] = dev.calls('engine', 'start')
  t.like(started?.args[0], {volumes, binds: settings.container?.binds, options: settings.container?.options})
})

const started: [string, Partial<JobSettings>, readonly string[] | undefined][] = [
  ['a command', {command: ['migrate', '--all']}, ['enter', '--', 'migrate', '--all']],
  ['an entrypoint', {command: undefined, entrypoint: ['sh', '-c', 'echo']}, ['sh', '-c', 'echo']],
  ['both', {command: ['echo both'], entrypoint: ['sh', '-c']}, ['sh', '-c', 'echo both']],
  ['a command, and an entrypoint of nothing', {command: ['migrate'], entrypoint: ['']}, ['migrate']],
  ['neither', {command: undefined}, undefined],
]
for (const [what, more, words] of started)
  test(`a job with ${what}, in an image with an entrypoint, starts ${words?.join(' ') ?? 'what that starts'}`, async (t) => {
    await using environment = testEnvironment(good('one'), {jobs: [job('migrate', '', more)]})
    // What the image starts would serve for ever.
    environment.engine.runOnce = async () => ({exitCode: 0, outOfMemory: false})
    environment.engine.config = async () => ({Entrypoint: ['enter', '--']})
    await using dev = environment.start()
    await dev.next('job')
    t.like(dev.calls('engine', 'runOnce')[0]?.args[0], {command: words})
  })

test('one that fails rejects the release with what it printed, and what is live serves on', async (t) => {
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', 'echo fine')]})
  await using dev = environment.start()
  const first = await dev.next('live')
  await dev.next('job')
  environment.settings = {jobs: [job('migrate', 'echo no table; exit 3'), job('seed', 'echo')]}
  environment.save(good('two'), {settings: true})
  const rejected = await dev.next('rejected')
  t.like(rejected, {stage: 'jobs', code: 'JOB_FAILED', output: ['no table']})
  t.is(rejected.message, 'the job "migrate" failed: expected exit code 0, got 3')
  t.like(await dev.next('job'), {name: 'migrate', ok: false, reason: 'expected exit code 0, got 3'})
  await dev.quiet()
  t.deepEqual(names(dev), ['migrate', 'migrate'], 'the ones after it do not run')
  t.is(environment.engine.started, 1)
  t.is((await environment.answer())?.release, first.release)
  t.deepEqual(await environment.images(), ['r1 one'])
})

test('one that takes too long is killed', async (t) => {
  const clock = fakeClock()
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', 'echo begun; sleep 60')]})
  await using dev = environment.start({clock})
  await dev.next('log')
  await clock.pass(60_000)
  const rejected = await dev.next('rejected')
  t.is(rejected.message, 'the job "migrate" failed: expected its end within 60 s, and it was still running')
  t.deepEqual(rejected.output, ['begun'])
  t.deepEqual(await jobContainers(environment), [])
})

test('one that can’t be started says so', async (t) => {
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', '', {command: ['migrate']})]})
  await using dev = environment.start()
  t.regex((await dev.next('rejected')).message, /the job "migrate" failed: expected exit code 0, got 127 \(not found\)/)
})

test('a newer save kills it, and its container is gone before anything else begins', async (t) => {
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', 'echo begun; sleep 60')]})
  await using dev = environment.start()
  await dev.next('log')
  t.is((await jobContainers(environment)).length, 1)
  environment.settings = {jobs: [job('migrate', 'echo')]}
  environment.save(good('two'), {settings: true})
  t.like(await dev.next('superseded'), {stage: 'jobs'})
  const {release} = await dev.next('live')
  await dev.quiet()
  t.like(dev.all('job'), [{release}])
  t.is(dev.all('job').length, 1, 'of one that was given up nothing is said')
  t.deepEqual(await jobContainers(environment), [])
})

test('jobs run once for a release: not for what takes a dead container’s place, for replicas, or for a rollback', async (t) => {
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', 'echo')], replicas: 2, keep: {warm: 0}})
  await using dev = environment.start()
  const first = await dev.next('live')
  t.is(names(dev).length, 1)
  const [container] = await environment.containers()
  environment.engine.crash(container?.id ?? '')
  await dev.next('live', ({cause}) => cause === 'replace')
  environment.save(good('two'))
  await dev.next('live', ({cause}) => cause === 'change')
  t.is(names(dev).length, 2)
  t.is(await dev.rollback(), first.release)
  t.is(names(dev).length, 2)
})

test('nor for a release that a later imm finds live', async (t) => {
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', 'echo')]})
  const before = environment.start()
  await before.next('live')
  await before.quiet()
  await before.kill()
  await using dev = environment.start()
  await dev.next('live', ({cause}) => cause === 'adopted')
  await dev.quiet()
  t.deepEqual(names(dev), [])
})

test('a job that an imm left behind is removed by the next', async (t) => {
  await using environment = testEnvironment(good('one'))
  const before = environment.start()
  await before.next('live')
  await before.quiet()
  await before.kill()
  const [container] = await environment.containers()
  const labels = {...environmentLabels(id), 'imm.role': 'job'}
  const rest = {env: {}, command: undefined, user: undefined, memoryBytes: undefined, cpus: undefined}
  const left = {...rest, name: 'left', image: container?.image ?? '', labels, port: 0, volumes: [], tmpfs: []}
  await environment.engine.start(left, noSignal)
  t.is((await jobContainers(environment)).length, 1)
  await using dev = environment.start()
  await dev.next('found')
  await dev.quiet()
  t.deepEqual(await jobContainers(environment), [])
  t.deepEqual(await environment.standing(), ['one running'])
})

test('other jobs alone make no other release, and one that the old ones rejected is tried again', async (t) => {
  await using environment = testEnvironment(good('one'), {jobs: [job('migrate', 'exit 1')]})
  await using dev = environment.start()
  await dev.next('rejected')
  await dev.quiet()
  environment.settings = {jobs: [job('migrate', 'echo')]}
  environment.source.touch({settings: true})
  await dev.next('live')
  await dev.quiet()
  environment.settings = {jobs: [job('migrate', 'exit 1')]}
  environment.source.touch({settings: true})
  t.like(await dev.next('unchanged'), {state: 'live', settings: true})
})

test('where two must not overlap, jobs run while the old one works, and a failing one leaves it alone', async (t) => {
  await using environment = testEnvironment(good('one'), {overlap: false})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.settings = {overlap: false, jobs: [job('migrate', 'exit 1')]}
  environment.save(good('two'), {settings: true})
  await dev.next('rejected')
  await until(async () => (await environment.answer())?.release === release)
  t.deepEqual(dev.all('retired'), [])
  t.is(environment.engine.started, 1)
})
