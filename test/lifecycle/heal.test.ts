import test from 'ava'

import {crashLoopDeaths, pauseAfter, settledMs} from '../../src/lifecycle/deaths.ts'
import {fakeClock, hurriedClock} from '../support/lifecycle-clock.ts'
import {good, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

const liveId = (environment: TestEnvironment): string => environment.traffic.route?.live?.instance ?? ''

test('a live container whose HEALTHCHECK fails is replaced by a fresh one, while requests wait', async (t) => {
  await using environment = testEnvironment(good('one', {health: 'healthy'}))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const sick = liveId(environment)
  environment.engine.sicken(sick)
  t.like(await dev.next('died'), {release, cause: 'unhealthy', exitCode: undefined})
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.not(liveId(environment), sick)
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(dev.all('warning'), [])
})

test('requests under way on a container that turned unhealthy have a moment to end', async (t) => {
  await using environment = testEnvironment(good('one', {health: 'healthy'}))
  await using dev = environment.start()
  await dev.next('live')
  const slow = environment.traffic.begin()
  environment.engine.sicken(liveId(environment))
  await dev.next('died')
  t.deepEqual(await environment.standing(), ['one running'])
  slow.end()
  await dev.next('live')
  t.false(slow.wasCut)
})

test('a change of health to the better, and of what is not live, replaces nothing', async (t) => {
  await using environment = testEnvironment(good('one', {health: 'healthy'}))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two', {health: 'healthy'}))
  await dev.next('live')
  await dev.next('retired')
  const [warm] = environment.traffic.route?.previous ?? []
  environment.engine.sicken(warm?.instance ?? '')
  await dev.quiet()
  t.deepEqual(dev.all('died'), [])
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('a live container that turned unhealthy while the engine was away is replaced when it is back', async (t) => {
  await using environment = testEnvironment(good('one', {health: 'healthy'}))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  environment.engine.faults.lose()
  await dev.next('engine')
  environment.engine.sicken(liveId(environment))
  environment.engine.faults.back()
  clock.hurry()
  t.like(await dev.next('live'), {cause: 'replace'})
})

test('a release that ends soon after it is healthy, again and again, gives way to the release before', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const first = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.next('retired')
  for (let death = 1; death < crashLoopDeaths; death++) {
    environment.engine.crash(liveId(environment), 3)
    if (pauseAfter(death) > 0) await clock.pass(pauseAfter(death))
    t.like(await dev.next('live'), {release: second.release, cause: 'replace'})
  }
  environment.engine.crash(liveId(environment), 3)
  const {evidence, ...reverted} = await dev.next('reverted')
  t.deepEqual(
    dev.all('died').map(({givenUp = false}) => givenUp),
    [false, false, false, false, true],
  )
  t.deepEqual(reverted, {type: 'reverted', release: second.release, to: first.release})
  t.like(evidence[0], {measure: 'deaths', after: crashLoopDeaths})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(await environment.images(), ['r1 one', 'r2 two'], 'it was good before: one can go back to it by hand')
  environment.source.touch()
  t.like(await dev.next('unchanged'), {release: second.release, state: 'reverted'})
})

test('deaths after a long life are no crash loop', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.next('retired')
  for (let death = 0; death < crashLoopDeaths + 2; death++) {
    const {signal} = new AbortController()
    await Promise.all([clock.sleep(settledMs, signal), clock.pass(settledMs)])
    environment.engine.crash(liveId(environment), 3)
    t.like(await dev.next('live'), {release: second.release, cause: 'replace'})
  }
  t.deepEqual(dev.all('reverted'), [])
})

test('a container that somebody kills or removes is replaced at once, however often', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start({clock: fakeClock()})
  await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.next('retired')
  for (let death = 0; death < 20; death++) {
    if (death % 2 === 0) environment.engine.crash(liveId(environment), 137)
    else environment.engine.removeBehindTheBack(liveId(environment))
    t.like(await dev.next('live'), {release: second.release, cause: 'replace'})
  }
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(dev.all('reverted'), [])
  t.deepEqual(dev.all('warning'), [])
})

test('a container that has another address after its engine was started again gets the traffic there', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  const before = environment.traffic.route?.live
  environment.engine.faults.lose()
  await dev.next('engine')
  await environment.engine.move(before?.instance ?? '')
  environment.engine.faults.back()
  clock.hurry()
  await dev.next('engine')
  await dev.quiet()
  const after = environment.traffic.route?.live
  t.like(after, {instance: before?.instance, generation: before?.generation})
  t.notDeepEqual(after?.address, before?.address)
  t.like(await environment.answer(), {content: 'one'})
  t.is(environment.engine.started, 1)
  t.deepEqual(dev.all('died'), [])
})

test('a warm release that has another address takes the traffic there', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.next('retired')
  await environment.engine.move(environment.traffic.route?.previous[0]?.instance ?? '')
  t.is(await dev.rollback(), first.release)
  t.like(await environment.answer(), {content: 'one'})
  t.is(environment.engine.started, 2)
})

test('an imm that finds its live container at another address corrects the traffic', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using killed = environment.start()
  await killed.next('live')
  await killed.quiet()
  await killed.kill()
  await environment.engine.move(liveId(environment))
  await using dev = environment.start()
  t.like(await dev.next('live'), {cause: 'adopted'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.is(environment.engine.started, 1)
})

test('after the machine has slept, what ended unnoticed is replaced', async (t) => {
  await using environment = testEnvironment(good('one'))
  const woken = Promise.withResolvers<void>()
  const clock = {
    ...hurriedClock(),
    async *wakes(signal: AbortSignal) {
      await woken.promise
      if (!signal.aborted) yield
    },
  }
  await using dev = environment.start({clock})
  const {release} = await dev.next('live')
  await dev.quiet()
  environment.engine.deafen()
  environment.engine.crash(liveId(environment), 0)
  await dev.quiet()
  t.deepEqual(dev.all('died'), [])
  woken.resolve()
  t.like(await dev.next('live'), {release, cause: 'replace'})
  t.deepEqual(dev.all('engine'), [])
})
