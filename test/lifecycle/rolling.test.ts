import test from 'ava'

import type {SettingChanges} from '../support/lifecycle-settings.ts'
import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const rolling: SettingChanges = {replicas: 3, strategy: {kind: 'rolling', surge: 1, unavailable: 0}}

const shares = (environment: TestEnvironment): string[] =>
  environment.traffic.splits.map(({portions}) => portions.map(({targets}) => targets.length).join('+'))

const counts = async (environment: TestEnvironment): Promise<Record<string, number>> => {
  const standing = await environment.standing()
  return Object.fromEntries([...Map.groupBy(standing, (one) => one)].map(([one, all]) => [one, all.length]))
}

/** Ends the newest container as soon as so many of its release were started. */
const crashAt = (environment: TestEnvironment, content: string, replica: string): void => {
  const start = environment.engine.start.bind(environment.engine)
  environment.engine.start = async (spec, signal) => {
    const instance = await start(spec, signal)
    if (environment.source.contentOf(spec.labels['imm.snapshot']) === content && spec.name.endsWith(replica))
      environment.engine.crash(instance.id, 4)
    return instance
  }
}

const firstLive = async (dev: TestDev) => {
  const {release} = await dev.next('live')
  await dev.quiet()
  return release
}

test('replicas are replaced one by one, each with its part of the traffic, and never more than one beyond', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  await using dev = environment.start()
  const first = await firstLive(dev)
  let most = 0
  const start = environment.engine.start.bind(environment.engine)
  environment.engine.start = async (spec, signal) => {
    const instance = await start(spec, signal)
    const all = await environment.containers()
    most = Math.max(most, all.filter(({state}) => state === 'running').length)
    return instance
  }
  environment.save(good('two'))
  const live = await dev.next('live')
  await dev.quiet()
  t.deepEqual(shares(environment), ['3', '3+1', '2+1', '2+2', '1+2', '3'])
  t.is(most, 4)
  t.deepEqual(await counts(environment), {'two running': 3, 'one paused': 3})
  t.deepEqual(
    dev.all('shifted').map(({weight}) => Number(weight.toFixed(2))),
    [0.25, 0.33, 0.5, 0.67],
  )
  t.like(await environment.answer(), {content: 'two', release: live.release})
  t.is(await dev.rollback(), first)
  await dev.quiet()
  t.deepEqual(await counts(environment), {'two paused': 3, 'one running': 3})
})

test('an old one leaves the traffic before it is paused: its requests end', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  await using dev = environment.start()
  await firstLive(dev)
  const requests = Array.from({length: 3}, () => environment.traffic.begin())
  environment.save(good('two'))
  await dev.next('shifted', ({weight}) => weight > 0.3)
  t.false((await environment.standing()).includes('one paused'))
  for (const request of requests) request.end()
  await dev.next('live')
  await dev.quiet()
  t.false(requests.some(({wasCut}) => wasCut))
})

test('one that fails in the middle gives all of the traffic back, at full strength', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  await using dev = environment.start()
  const first = await firstLive(dev)
  crashAt(environment, 'two', '_2')
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {code: 'CRASHED', stage: 'verify'})
  t.deepEqual(
    environment.traffic.route?.portions.map(({targets, weight}) => [targets.length, weight]),
    [[3, 1]],
  )
  await dev.quiet()
  t.deepEqual(shares(environment), ['3', '3+1', '2+1', '3'])
  t.deepEqual(await counts(environment), {'one running': 3})
  t.is(environment.traffic.route?.live?.release, first)
  t.deepEqual(environment.traffic.route?.previous, [])

  environment.save(good('three'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await counts(environment), {'three running': 3, 'one paused': 3})
})

test('one that has its part already and ends gives all of the traffic back', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  await using dev = environment.start()
  await firstLive(dev)
  const request = environment.traffic.begin()
  environment.save(good('two', {bootMs: 30}))
  await dev.next('shifted')
  const candidate = environment.traffic.route?.portions[1]?.targets[0]?.instance ?? ''
  environment.engine.crash(candidate, 5)
  t.like(await dev.next('rejected'), {code: 'CRASHED'})
  request.end()
  await dev.quiet()
  t.deepEqual(await counts(environment), {'one running': 3})
  t.deepEqual(
    environment.traffic.route?.portions.map(({targets}) => targets.length),
    [3],
  )
})

test('a newer save in the middle gives the traffic back, and then takes over itself', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  await using dev = environment.start()
  await firstLive(dev)
  environment.save(good('two', {bootMs: 50}))
  await dev.next('shifted')
  environment.save(good('three'))
  t.like(await dev.next('superseded'), {by: 3})
  const live = await dev.next('live')
  await dev.quiet()
  t.regex(live.release, /^r3-/)
  t.deepEqual(await counts(environment), {'three running': 3, 'one paused': 3})
  t.deepEqual(await environment.images(), ['r1 one', 'r3 three'])
})

test('without room for one more, it makes room, and the last one is started after the promotion', async (t) => {
  await using environment = testEnvironment(good('one'), {
    ...rolling,
    strategy: {kind: 'rolling', surge: 0, unavailable: 1},
  })
  await using dev = environment.start()
  await firstLive(dev)
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(shares(environment), ['3', '2', '2+1', '1+1', '1+2', '2', '3'])
  t.deepEqual(await counts(environment), {'two running': 3, 'one paused': 3})
})

test('an imm that is killed in the middle leaves the live release to the next one, at full strength', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  const killed = environment.start()
  const first = await firstLive(killed)
  environment.save(good('two', {bootMs: 100}))
  await killed.next('shifted', ({weight}) => weight > 0.3)
  await killed.kill()
  environment.source.write(good('one'))
  await using dev = environment.start()
  t.like(await dev.next('live'), {release: first, cause: 'adopted'})
  await dev.quiet()
  t.deepEqual(await counts(environment), {'one running': 3})
  t.deepEqual(
    environment.traffic.route?.portions.map(({targets, weight}) => [targets.length, weight]),
    [[3, 1]],
  )
  t.deepEqual(environment.traffic.route?.previous, [])
})

test('quitting in the middle takes everything away', async (t) => {
  await using environment = testEnvironment(good('one'), rolling)
  await using dev = environment.start()
  await firstLive(dev)
  environment.save(good('two', {bootMs: 50}))
  await dev.next('shifted')
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
})
