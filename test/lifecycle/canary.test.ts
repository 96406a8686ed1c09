import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {ask} from '../../src/lifecycle/rollout/ask.ts'
import type {CanarySettings} from '../../src/strategy/settings.ts'
import {fakeClock, type FakeClock} from '../support/lifecycle-clock.ts'
import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const strategy: CanarySettings = {
  kind: 'canary',
  steps: [
    {weight: 0.05, timeMs: 1000},
    {weight: 0.5, timeMs: 1000},
  ],
  limits: {minRequests: 50, errorShare: 0.01, latencyFactor: 2, latencyMs: 100},
  waitMs: 1000,
}

const weights = (environment: TestEnvironment): number[] =>
  environment.traffic.route?.portions.map(({weight}) => weight) ?? []

const candidateOf = (environment: TestEnvironment) => {
  const target = environment.traffic.route?.portions[1]?.targets[0]
  if (!target) throw new Error('no candidate has a share')
  return target
}

/** A first release, and a second one with its first share. */
const canaryBegun = async (environment: TestEnvironment, dev: TestDev) => {
  const first = await dev.next('live')
  await dev.quiet()
  environment.save(good('two'))
  const {release} = await dev.next('shifted')
  return {first: first.release, release}
}

const lookMs = 250
/** Lets so many looks at the candidate pass. */
const looks = async (clock: FakeClock, count: number) => {
  for (let look = 0; look < count; look++) await clock.pass(lookMs)
}

test('a candidate takes its steps, and goes live when it does no worse', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await canaryBegun(environment, dev)
  t.deepEqual(weights(environment), [0.95, 0.05])
  environment.traffic.serve({release: first}, {requests: 1000})
  environment.traffic.serve({release}, {requests: 50})
  await looks(clock, 4)
  t.like(await dev.next('shifted'), {release, weight: 0.5, step: 2, of: 2, leastMs: strategy.steps[1]?.timeMs})
  t.deepEqual(weights(environment), [0.5, 0.5])
  t.is((await dev.at()).standing.live?.release, first, 'not live yet')
  environment.traffic.serve({release: first}, {requests: 100})
  environment.traffic.serve({release}, {requests: 100})
  await looks(clock, 4)
  t.like(await dev.next('live'), {release, previous: first, timings: {shift: 2000}})
  await dev.quiet()
  t.deepEqual(weights(environment), [1])
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('a client keeps its release from step to step', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await canaryBegun(environment, dev)
  const clients = Array.from({length: 200}, () => environment.traffic.begin())
  for (const client of clients) client.end()
  const tried = clients.filter((client) => client.release === release)
  t.true(tried.length >= 9 && tried.length <= 11, `${tried.length} of 200`)
  await looks(clock, 8)
  await dev.next('shifted', ({step}) => step === 2)
  for (const {token} of tried) {
    const again = environment.traffic.begin(token === undefined ? {} : {token})
    t.is(again.release, release)
    again.end()
  }
})

test('errors end it in its first step: the live release has everything again, and it is said why', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await canaryBegun(environment, dev)
  const request = environment.traffic.begin({release})
  environment.traffic.serve({release: first}, {requests: 760})
  environment.traffic.serve({release}, {requests: 39, serverErrors: 2})
  await looks(clock, 1)
  const rejected = await dev.next('rejected')
  t.like(rejected, {release, stage: 'shift', code: 'CANARY_WORSE'})
  t.regex(rejected.message, /step 1 of 2 \(5 % of the clients\): 2 of 40 failed/)
  t.deepEqual(weights(environment), [1])
  t.is(environment.traffic.route?.live?.release, first)
  t.deepEqual(await environment.standing(), ['two running', 'one running'], 'its request goes on')
  request.end()
  await dev.quiet()
  t.false(request.wasCut)
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(await environment.images(), ['r1 one'])
  t.deepEqual(environment.traffic.route?.previous, [])
  t.is(dev.all('shifted').length, 1, 'it never had more than its first share')
  environment.source.touch()
  t.like(await dev.next('unchanged'), {release, state: 'rejected'})
})

test('a candidate that ends is given up at once', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await canaryBegun(environment, dev)
  environment.engine.crash(candidateOf(environment).instance, 7)
  t.like(await dev.next('rejected'), {release, stage: 'shift', code: 'CRASHED'})
  await dev.quiet()
  t.is(environment.traffic.route?.live?.release, first)
  t.deepEqual(weights(environment), [1])
  t.deepEqual(await environment.standing(), ['one running'])
})

test('the live release that ends is replaced, and the candidate keeps its share', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy, guard: undefined})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await canaryBegun(environment, dev)
  const candidate = candidateOf(environment).instance
  const live = environment.traffic.route?.live
  environment.engine.crash(live?.instance ?? '', 137)
  await dev.next('died', ({release: dead}) => dead === first)
  t.like(await dev.next('live'), {release: first, cause: 'replace'})
  t.deepEqual(weights(environment), [0.95, 0.05])
  t.is(candidateOf(environment).instance, candidate)
  await looks(clock, 4)
  await dev.next('shifted', ({step}) => step === 2)
  await looks(clock, 4)
  await dev.next('live', ({cause}) => cause === 'change')
  await dev.quiet()
  t.is(environment.traffic.route?.live?.release, release)
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('a newer save ends it, and takes its place', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await canaryBegun(environment, dev)
  environment.save(good('three'))
  t.like(await dev.next('superseded'), {release, stage: 'shift', by: 3})
  const next = await dev.next('shifted')
  t.regex(next.release, /^r3-/)
  t.like(next, {weight: 0.05, step: 1})
  t.is(environment.traffic.route?.live?.release, first)
  t.is(candidateOf(environment).release, next.release)
  await looks(clock, 8)
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['three running', 'one paused'])
  t.deepEqual(await environment.images(), ['r1 one', 'r3 three'])
})

test('going back to what is live ends it, and nothing else happens', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first} = await canaryBegun(environment, dev)
  environment.save(good('one'))
  await dev.next('superseded')
  t.like(await dev.next('unchanged'), {release: first, state: 'live'})
  await dev.quiet()
  t.deepEqual(weights(environment), [1])
  t.deepEqual(await environment.standing(), ['one running'])
})

test('a rollback ends it', async (t) => {
  await using environment = testEnvironment(good('zero'), {strategy: {kind: 'blue-green'}})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const zero = await dev.next('live')
  environment.save(good('one'))
  await dev.next('live')
  await dev.quiet()
  environment.settings = {strategy}
  environment.save(good('two'), {settings: true})
  await dev.next('shifted')
  t.is(await dev.rollback(), zero.release)
  await dev.next('superseded')
  await dev.quiet()
  t.deepEqual(weights(environment), [1])
  t.deepEqual(await environment.standing(), ['one paused', 'zero running'])
})

test('promoted by hand it goes live at once', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await canaryBegun(environment, dev)
  await clock.asleep(lookMs)
  t.is(await ask('promote', (await dev.at()).standing), release)
  await dev.next('live', (event) => event.release === release)
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('given up by hand it goes, and the next save is tried as usual', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await canaryBegun(environment, dev)
  await clock.asleep(lookMs)
  t.is(await ask('abort', (await dev.at()).standing), release)
  t.like(await dev.next('rejected'), {release, code: 'ABORTED'})
  await dev.quiet()
  t.is(environment.traffic.route?.live?.release, first)
  t.deepEqual(await environment.standing(), ['one running'])
  environment.save(good('three'))
  t.regex((await dev.next('shifted')).release, /^r3-/)
})

test('without a candidate that takes steps there is nothing to promote or to give up', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  await using dev = environment.start()
  await dev.next('live')
  const {standing} = await dev.at()
  await t.throwsAsync(async () => ask('promote', standing), {code: 'NOT_UNDER_WAY'})
  await t.throwsAsync(async () => ask('abort', standing), {code: 'NOT_UNDER_WAY'})
})

test('a share that the proxy refuses rejects the candidate, and the live release keeps everything', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  const split = environment.traffic.split.bind(environment.traffic)
  await using dev = environment.start({clock})
  const {first} = await canaryBegun(environment, dev)
  let refused = false
  environment.traffic.split = async (...args) => {
    if (refused || args[0].portions[1]?.weight !== 0.5) return split(...args)
    refused = true
    throw new ImmError('PROXY_UNREACHABLE', 'the proxy does not answer')
  }
  await looks(clock, 4)
  t.like(await dev.next('rejected'), {stage: 'shift', code: 'PROXY_UNREACHABLE'})
  await dev.quiet()
  t.is(environment.traffic.route?.live?.release, first)
  t.deepEqual(weights(environment), [1])
  t.deepEqual(await environment.standing(), ['one running'])
})

test('an imm that is killed in the middle leaves the live release to the next one, alone', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  const killed = environment.start({clock})
  const {first} = await canaryBegun(environment, killed)
  await killed.kill()
  environment.source.write(good('one'))
  await using dev = environment.start()
  t.like(await dev.next('live'), {release: first, cause: 'adopted'})
  await dev.quiet()
  t.deepEqual(weights(environment), [1])
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(environment.traffic.route?.previous, [])
})

test('quitting in the middle takes both away', async (t) => {
  await using environment = testEnvironment(good('one'), {strategy})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await canaryBegun(environment, dev)
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
})
