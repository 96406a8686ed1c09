import test from 'ava'

import type {ErrorCode} from '../../src/errors.ts'
import type {Stage} from '../../src/lifecycle/events.ts'
import type {Observation} from '../../src/lifecycle/ports.ts'
import {fakeClock, hurriedClock} from '../support/lifecycle-clock.ts'
import type {SettingChanges} from '../support/lifecycle-settings.ts'
import {good, port, testEnvironment} from '../support/lifecycle.ts'
import type {Program} from '../support/memory-engine/program.ts'

test('a change is built, launched, verified and given the traffic, in this order, and each part is timed', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  t.is(first.previous, undefined)
  t.is(first.url, 'http://shop.localhost:7070')
  const seen = dev.events.length
  environment.save(good('two'), {firstEventMs: Date.now() - 70})

  const live = await dev.next('live')
  await dev.quiet()
  t.is(live.cause, 'change')
  t.is(live.previous, first.release)
  t.regex(live.image, /^sha256:[0-9a-f]{64}$/)
  const {detect, snapshot, build, launch, verify, flip, total} = live.timings
  t.true(detect >= 70)
  t.is(total, detect + snapshot + build + launch + verify + flip)
  const told = dev.events.slice(seen).filter(({type}) => type !== 'step')
  t.deepEqual(
    told.map((event) => (event.type === 'stage' ? event.stage : event.type)),
    ['change', 'release', 'build', 'build', 'launch', 'verify', 'flip', 'live', 'retired'],
  )
  t.like(await environment.answer(), {content: 'two', release: live.release})
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  t.is(environment.engine.started, 2)
  t.is(dev.calls('engine', 'build').length, 2)
})

interface Mistake {
  program: Program
  stage: Stage
  code: ErrorCode
  settings?: SettingChanges
  message: RegExp
  output?: readonly string[]
}

const mistakes: Record<string, Mistake> = {
  'a build that fails': {
    program: good('bad', {build: {fails: 'run', instruction: 'RUN npm ci', exitCode: 7, output: ['no lockfile']}}),
    stage: 'build',
    code: 'BUILD_FAILED',
    message: /^Dockerfile:2: RUN npm ci failed with exit code 7$/,
    output: ['no lockfile'],
  },
  'a Dockerfile with a mistake': {
    program: good('bad', {build: {fails: 'dockerfile', line: 3, cause: 'unknown instruction: RUM'}}),
    stage: 'build',
    code: 'DOCKERFILE_INVALID',
    message: /^Dockerfile:3: unknown instruction: RUM$/,
  },
  'a base image that cannot be had': {
    program: good('bad', {build: {fails: 'base', image: 'node:99'}}),
    stage: 'build',
    code: 'BASE_IMAGE_MISSING',
    message: /node:99/,
  },
  'an image that exposes no port': {
    program: good('bad', {expose: []}),
    stage: 'build',
    code: 'PORT_UNKNOWN',
    message: /exposes no port/,
  },
  'an image that exposes several ports': {
    program: good('bad', {expose: [3000, 9229]}),
    stage: 'build',
    code: 'PORT_UNKNOWN',
    message: /several ports \(3000, 9229\)/,
  },
  'a crash on boot': {
    program: good('bad', {exitCode: 3, logs: ['!Error: no database']}),
    stage: 'verify',
    code: 'CRASHED',
    message: /exit code 3/,
    output: ['Error: no database'],
  },
  'a crash while it boots': {
    program: good('bad', {exitCode: 4, bootMs: 60}),
    stage: 'verify',
    code: 'CRASHED',
    message: /exit code 4/,
  },
  'too little memory': {
    program: good('bad', {outOfMemory: true}),
    settings: {resources: {memoryBytes: 64 * 2 ** 20, cpus: undefined}},
    stage: 'verify',
    code: 'OUT_OF_MEMORY',
    message: /64 MiB/,
  },
  'an answer that is never 2xx or 3xx': {
    program: good('bad', {status: 503, logs: ['waiting for the database']}),
    settings: {health: {kind: 'http', path: '/health'}},
    stage: 'verify',
    code: 'UNHEALTHY',
    message: /not healthy within 60 s.*\/health.*HTTP 503/,
    output: ['waiting for the database'],
  },
  'nothing that listens': {
    program: {content: 'bad', expose: [port]},
    stage: 'verify',
    code: 'UNHEALTHY',
    message: /connection refused/,
  },
  'another port than the one exposed': {
    program: {content: 'bad', listen: 8080, expose: [port]},
    stage: 'verify',
    code: 'WRONG_PORT',
    message: /nothing listens on port 3000; the application listens on 8080/,
  },
  'a server on loopback alone': {
    program: good('bad', {loopback: true}),
    stage: 'verify',
    code: 'LOOPBACK_ONLY',
    message: /127\.0\.0\.1:3000 inside its container/,
  },
  'a HEALTHCHECK that fails': {
    program: good('bad', {health: 'unhealthy'}),
    stage: 'verify',
    code: 'UNHEALTHY',
    message: /HEALTHCHECK/,
  },
}

for (const [what, {program, stage, code, settings = {}, message, output}] of Object.entries(mistakes)) {
  test(`${what} is rejected in ${stage} as ${code}; what is live serves on, and the next good change goes live`, async (t) => {
    await using environment = testEnvironment(good('one'), settings)
    await using dev = environment.start({clock: hurriedClock()})
    const {release} = await dev.next('live')
    const flips = environment.traffic.flips.length
    const started = environment.engine.started
    environment.save(program)

    const rejected = await dev.next('rejected')
    await dev.quiet()
    t.is(rejected.stage, stage)
    t.is(rejected.code, code)
    t.regex(rejected.message, message)
    t.not(rejected.next, '')
    if (output) t.deepEqual(rejected.output, output)
    t.deepEqual(await environment.standing(), ['one running'])
    t.deepEqual(await environment.images(), ['r1 one'], 'what never went live is no place to roll back to')
    t.is(environment.traffic.flips.length, flips)
    t.is(environment.engine.started, started + (stage === 'build' ? 0 : 1))
    t.like(await environment.answer(), {content: 'one', release})

    environment.save(program)
    t.is((await dev.next('unchanged')).state, 'rejected')
    await dev.quiet()
    t.is(dev.all('rejected').length, 1, 'the same mistake is tried once')

    environment.save(good('three'))
    await dev.next('live')
    await dev.quiet()
    t.like(await environment.answer(), {content: 'three'})
    t.deepEqual(await environment.standing(), ['three running', 'one paused'])
  })
}

test('a first change that is rejected leaves requests waiting, and tells them why', async (t) => {
  await using environment = testEnvironment(good('bad', {exitCode: 1}))
  await using dev = environment.start()
  const {release} = await dev.next('rejected')
  await dev.quiet()
  t.is(await environment.answer(), undefined)
  t.deepEqual(await environment.standing(), [])
  const last = environment.traffic.announcements.at(-1)
  t.is(last?.stage, 'verify')
  t.is(last?.release, release)
  t.regex(last?.message ?? '', /exit code 1/)

  environment.save(good('two'))
  await dev.next('live')
  const announced = environment.traffic.announcements.length
  environment.save(good('bad again', {exitCode: 1}))
  await dev.next('rejected')
  await dev.quiet()
  t.is(environment.traffic.announcements.length, announced, 'nobody waits once something is live')
})

test('a container that takes its time is given the time that `health.timeout` says, and not more', async (t) => {
  await using environment = testEnvironment(good('one', {status: 500}), {health: {kind: 'http', timeoutMs: 100}})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  for (const ms of [25, 25, 25]) await clock.pass(ms)
  await dev.next('stage', ({stage}) => stage === 'verify')
  t.deepEqual(dev.all('rejected'), [])
  await clock.pass(25)
  t.regex((await dev.next('rejected')).message, /within 0\.1 s/)
})

test("an image's HEALTHCHECK decides where no probe is configured", async (t) => {
  await using environment = testEnvironment(good('one', {health: 'healthy', status: 500}))
  await using dev = environment.start()
  await dev.next('live')
  t.is(dev.calls('probe').length, 0)
  t.true(dev.calls('engine', 'healthcheck').length > 0)
})

test('a probe that is configured decides in place of a HEALTHCHECK', async (t) => {
  await using environment = testEnvironment(good('one', {health: 'unhealthy'}), {health: {kind: 'http'}})
  await using dev = environment.start()
  await dev.next('live')
  t.is(dev.calls('engine', 'healthcheck').length, 0)
})

const speaks: Record<string, {observation: Observation; after: number}> = {
  'any HTTP answer': {observation: {outcome: 'http', status: 404}, after: 0},
  'another protocol than HTTP': {observation: {outcome: 'garbage', detail: ''}, after: 0},
  'accepting connections and then nothing for five seconds': {
    observation: {outcome: 'timeout', connected: true},
    after: 5000,
  },
}

for (const [what, {observation, after}] of Object.entries(speaks)) {
  test(`without a path, ${what} is proof enough`, async (t) => {
    await using environment = testEnvironment(good('one'))
    const clock = hurriedClock()
    const beganMs = clock.now()
    await using dev = environment.start({clock, probe: async () => observation})
    await dev.next('live')
    t.true(clock.now() - beganMs >= after)
    t.true(clock.now() - beganMs < after + 1000)
  })
}

test('an application that listens elsewhere is told so while there is still time', async (t) => {
  await using environment = testEnvironment({content: 'one', listen: 8080, expose: [port]})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  for (let ms = 0; ms < 2000; ms += 10) await clock.pass(10)
  t.regex((await dev.next('warning')).message, /nothing listens on port 3000; the application listens on 8080/)
  t.deepEqual(dev.all('rejected'), [])
})

test("a release's output is passed on from its first line to its last, and it is said once what it warns of", async (t) => {
  await using environment = testEnvironment(good('one', {logs: ['hello', '!oh']}))
  environment.source.warnings = ['video.mp4 has 1.2 GB']
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.save(good('two', {logs: ['second']}))
  await dev.next('live')
  await dev.quiet()
  const [one] = (await environment.containers()).filter(({state}) => state === 'paused')
  environment.engine.print(one?.id ?? '', 'bye')
  await dev.quit()
  t.deepEqual(
    dev.all('log').map((line) => [line.release === release ? 'r1' : 'r2', line.stream, line.text]),
    [
      ['r1', 'stdout', 'hello'],
      ['r1', 'stderr', 'oh'],
      ['r2', 'stdout', 'second'],
      ['r1', 'stdout', 'bye'],
    ],
  )
  t.deepEqual(
    dev.all('warning').map(({message}) => message),
    ['video.mp4 has 1.2 GB'],
  )
})

test("a port that the Dockerfile exposes goes before the image's", async (t) => {
  await using environment = testEnvironment(good('one', {expose: [port, 9000]}))
  environment.exposedPorts = [port]
  await using dev = environment.start()
  await dev.next('live')
  t.is(environment.traffic.flips[0]?.address.port, port)
})
