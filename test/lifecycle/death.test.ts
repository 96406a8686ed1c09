import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {fakeClock, hurriedClock} from '../support/lifecycle-clock.ts'
import {good, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

const idOf = async (environment: TestEnvironment, state: 'running' | 'paused'): Promise<string> =>
  (await environment.containers()).find((container) => container.state === state)?.id ?? ''

test('a live container that ends is replaced by a fresh one of the same release and generation, while requests wait', async (t) => {
  await using environment = testEnvironment(good('one', {logs: ['!out of luck']}))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const dead = await idOf(environment, 'running')
  environment.engine.crash(dead, 9)

  t.deepEqual(await dev.next('died'), {
    type: 'died',
    release,
    cause: 'ended',
    exitCode: 9,
    outOfMemory: false,
    left: 0,
    output: ['out of luck'],
  })
  t.is(await environment.answer(), undefined, 'nobody is sent to the dead')
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one', release})
  t.deepEqual(await environment.standing(), ['one running'])
  t.not(await idOf(environment, 'running'), dead)
  t.deepEqual(
    environment.traffic.flips.map(({generation}) => generation),
    [1, 1],
  )
  t.deepEqual(environment.traffic.route?.previous, [])
  t.is(dev.calls('engine', 'build').length, 1)
  t.deepEqual(dev.all('warning'), [])
})

test('a live container that somebody removes is replaced', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.engine.removeBehindTheBack(await idOf(environment, 'running'))
  t.is((await dev.next('died')).exitCode, undefined)
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
})

test('after a replacement the next change goes live, and the release before it stays warm', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.engine.crash(await idOf(environment, 'running'))
  await dev.next('live', ({cause}) => cause === 'replace')
  environment.save(good('two'))
  await dev.next('live', ({cause}) => cause === 'change')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('a release that ends again and again is tried with growing pauses, and a newer change overtakes it', async (t) => {
  await using environment = testEnvironment(good('one', {printsEnv: 'MODE'}))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const first = await dev.next('live')
  await dev.quiet()
  const start = environment.engine.start.bind(environment.engine)
  environment.engine.start = async (spec, signal) => {
    const instance = await start(spec, signal)
    if (spec.labels['imm.release'] !== first.release) return instance
    environment.engine.crash(instance.id, 2)
    return (await environment.engine.instance(instance.id, signal)) ?? instance
  }
  environment.engine.crash(await idOf(environment, 'running'))
  for (const ms of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
    await clock.asleep(ms)
    t.deepEqual(await environment.standing(), [], 'what was tried is removed')
    await clock.pass(ms)
  }
  await clock.asleep(10_000)
  t.is(dev.all('died').length, 1)
  t.is(dev.all('rejected').length, 9)

  environment.save(good('two'))
  const live = await dev.next('live', ({cause}) => cause === 'change')
  await clock.pass(10_000)
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two', release: live.release})
  t.deepEqual(await environment.standing(), ['two running'], 'there is nothing of the dead one to keep warm')
  t.deepEqual((await dev.at()).standing.previous, [])
  t.deepEqual(environment.traffic.route?.previous, [])
  t.deepEqual(dev.all('warning'), [])
  t.is(environment.engine.started, 11)
})

test('a change that is under way when the live one dies overtakes its replacement', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two', {bootMs: 100}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release !== first.release)
  environment.engine.crash(await idOf(environment, 'running'))
  await dev.next('live', ({cause}) => cause === 'change')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  const [live, ...others] = await environment.standing()
  t.is(live, 'two running')
  t.true(others.length <= 1)
  t.deepEqual(dev.all('warning'), [])
})

test('a warm release that ends is forgotten: a rollback starts a fresh one', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  environment.engine.crash(await idOf(environment, 'paused'))
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
  t.deepEqual((await dev.at()).standing.previous, [])
  t.deepEqual(environment.traffic.route?.previous, [])
  t.deepEqual(dev.all('died'), [], 'nobody was served by it')

  t.is(await dev.rollback(), first.release)
  await dev.quiet()
  t.is(environment.engine.started, 3)
  t.deepEqual(await environment.standing(), ['one running', 'two paused'])
})

test('a release that ends while it drains is removed, and no word is said about it', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  const dying = await idOf(environment, 'running')
  const request = environment.traffic.begin()
  environment.save(good('two'))
  await dev.next('live')
  environment.engine.crash(dying)
  request.end()
  await dev.next('retired')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
  t.deepEqual((await dev.at()).standing.previous, [])
  t.deepEqual(dev.all('warning'), [])
})

test('an engine that goes away and comes back is said once each, and what runs goes on', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  environment.engine.faults.lose()
  t.is((await dev.next('engine')).state, 'lost')
  await clock.pass(250)
  await clock.asleep(250)
  environment.engine.faults.back()
  await clock.pass(250)
  t.is((await dev.next('engine')).state, 'back')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
  t.is(environment.engine.started, 1)
  t.is(dev.all('engine').length, 2)
  t.deepEqual(dev.all('warning'), [])
})

test('a release that could not be paused because the engine went away is paused when it is back', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  const pause = environment.engine.faults.holdNext('pause')
  environment.save(good('two'))
  await dev.next('live', ({previous}) => previous !== undefined)
  environment.engine.faults.lose()
  pause()
  await dev.next('engine', ({state}) => state === 'lost')
  environment.engine.faults.back()
  await dev.next('engine', ({state}) => state === 'back')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  await dev.rollback()
  t.like(await environment.answer(), {content: 'one'})
})

test('a live container that ended while the engine was away is replaced when it is back', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.quiet()
  environment.engine.faults.lose()
  await dev.next('engine')
  for (const {id} of await containersBehindTheBack(environment)) environment.engine.crash(id)
  environment.engine.faults.back()
  clock.hurry()
  await dev.next('engine')
  t.like(await dev.next('live'), {release: second.release, cause: 'replace'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'], 'the warm one ended as well, and is removed')
  t.is(await dev.rollback(), release)
})

test('a change that came while the engine was away goes live when it is back, and is not built from scratch', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  environment.engine.faults.lose()
  await dev.next('engine')
  environment.save(good('two'))
  t.is((await dev.next('rejected')).code, 'ENGINE_LOST')
  environment.engine.faults.back()
  clock.hurry()
  await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  const builds = dev.calls('engine', 'build').map(({args: [request]}) => (request as {fresh: boolean}).fresh)
  t.false(builds.includes(true))
})

test('an engine that comes back with nothing new to do builds nothing', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = hurriedClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  environment.save(good('bad', {exitCode: 1}))
  await dev.next('rejected')
  environment.engine.faults.lose()
  await dev.next('engine')
  environment.engine.faults.back()
  await dev.next('engine', ({state}) => state === 'back')
  await dev.quiet()
  t.is(dev.calls('engine', 'build').length, 2)
  t.is(dev.all('rejected').length, 1)
})

test('an engine that is lost in the middle of a build leaves nothing, and the change goes live afterwards', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  environment.engine.faults.failNext('start', new ImmError('ENGINE_LOST', 'the engine went away'))
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {code: 'ENGINE_LOST', stage: 'launch'})
  environment.engine.faults.lose()
  environment.engine.faults.back()
  clock.hurry()
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

/** What runs, asked of an engine that answers again for a moment. */
const containersBehindTheBack = async (environment: TestEnvironment) => {
  environment.engine.faults.back()
  const containers = await environment.containers()
  environment.engine.faults.lose()
  return containers
}

test('a candidate that could not be removed because the engine went away is removed when it is back', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  environment.save(good('two', {bootMs: 60_000}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  await clock.asleep(10)
  environment.engine.faults.lose()
  await dev.next('engine')
  environment.save(good('three'))
  await dev.next('superseded')
  await dev.next('rejected')
  const {standing} = await dev.at()
  while (standing.postponed.length < 2) await new Promise((resolve) => setImmediate(resolve))
  environment.engine.faults.back()
  clock.hurry()
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['three running', 'one paused'])
  t.deepEqual(await environment.images(), ['r1 one', 'r4 three'])
  t.deepEqual(dev.all('warning'), [])
})

test('what cannot be removed is warned of, and the next change goes live', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.engine.faults.failNext('remove', new ImmError('ENGINE_REFUSED', 'device busy'))
  environment.save(good('bad', {exitCode: 1}))
  t.is((await dev.next('rejected')).code, 'CRASHED', 'the first cause is told')
  t.regex((await dev.next('warning')).message, /device busy/)
  await dev.quiet()
  t.is((await dev.loop()).underWay, undefined)
  environment.save(good('two'))
  await dev.next('live')
})

test('a release that took over from a dead one and dies as well is replaced, although the first replacement is still tried', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  environment.engine.faults.failNext('start', new ImmError('CRASHED', 'not now'))
  environment.engine.crash(await idOf(environment, 'running'))
  await clock.asleep(250)
  environment.save(good('two'))
  const {release} = await dev.next('live')
  environment.engine.crash(await idOf(environment, 'running'))
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await clock.pass(250)
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(await environment.standing(), ['two running'])
})
