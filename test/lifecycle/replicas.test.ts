import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {fakeClock, hurriedClock} from '../support/lifecycle-clock.ts'
import {good, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

const serving = (environment: TestEnvironment): number[] =>
  environment.traffic.route?.portions.map(({targets}) => targets.length) ?? []

const running = async (environment: TestEnvironment) =>
  (await environment.containers()).filter(({state}) => state === 'running')

/** Requests that go to each of the containers that serve. */
const askAll = (environment: TestEnvironment, requests: number): Map<string, number> => {
  const begun = Array.from({length: requests}, () => environment.traffic.begin())
  for (const request of begun) request.end()
  return new Map([...Map.groupBy(begun, ({instance}) => instance)].map(([instance, all]) => [instance, all.length]))
}

test('a release has as many containers as are wanted, and its requests go to all of them', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 3})
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running', 'one running', 'one running'])
  t.deepEqual([...askAll(environment, 30).values()], [10, 10, 10])
  const names = (await environment.containers()).map(({name}) => name.replace(/^.*_g/, 'g'))
  t.deepEqual(names.toSorted(), ['g1', 'g1_2', 'g1_3'])
})

test('all of them wait for a rollback, and all of them come back', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 2})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'two running', 'one paused', 'one paused'])
  t.is(await dev.rollback(), first.release)
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two paused', 'two paused', 'one running', 'one running'])
  t.deepEqual(serving(environment), [2])
  t.is(environment.engine.started, 4)
})

test('one that is not healthy rejects the release, and none of its containers stays', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 3})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const start = environment.engine.start.bind(environment.engine)
  environment.engine.start = async (spec, signal) => {
    const instance = await start(spec, signal)
    if (spec.labels['imm.replica'] === '3') environment.engine.crash(instance.id, 3)
    return instance
  }
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {code: 'CRASHED', stage: 'verify'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running', 'one running', 'one running'])
  t.deepEqual(await environment.images(), ['r1 one'])
  t.is((await dev.at()).standing.live?.release, release)
})

test('one that can not be started rejects the release as well', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 3})
  await using dev = environment.start()
  await dev.next('live')
  environment.engine.faults.failNext('start', new ImmError('CRASHED', 'no such command'))
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {code: 'CRASHED', stage: 'launch'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running', 'one running', 'one running'])
})

test('a replica that ends is replaced while the others serve: no request waits', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 3})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await dev.quiet()
  const [victim] = await running(environment)
  environment.engine.crash(victim?.id ?? '', 9)
  t.like(await dev.next('died'), {release, exitCode: 9, left: 2})
  t.deepEqual(serving(environment), [2], 'nobody is sent to the dead')
  t.is([...askAll(environment, 10).keys()].includes(victim?.id ?? ''), false)
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.deepEqual(serving(environment), [3])
  t.deepEqual(await environment.standing(), ['one running', 'one running', 'one running'])
  t.is(new Set((await environment.containers()).map(({name}) => name)).size, 3)
  t.deepEqual(dev.all('warning'), [])
})

test('a replica that can not be started again is tried again, and a change goes live meanwhile', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 2, guard: undefined})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  const [victim] = await running(environment)
  environment.engine.faults.failNext('start', new ImmError('CRASHED', 'not now'))
  environment.engine.crash(victim?.id ?? '', 9)
  t.regex((await dev.next('warning')).message, /a replica of r1-.* can't be started: not now/)
  t.deepEqual(serving(environment), [1])
  environment.save(good('two'))
  await dev.next('live', ({cause}) => cause === 'change')
  await clock.pass(250)
  await dev.quiet()
  t.deepEqual(
    (await environment.standing()).filter((one) => one.startsWith('two')),
    ['two running', 'two running'],
  )
})

test('when all of them end, all of them are replaced', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 2})
  const clock = hurriedClock()
  await using dev = environment.start({clock})
  const {release} = await dev.next('live')
  await dev.quiet()
  for (const {id} of await running(environment)) environment.engine.crash(id, 137)
  await dev.next('live', ({cause}) => cause === 'replace')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running', 'one running'])
  t.deepEqual(serving(environment), [2])
  t.is((await dev.at()).standing.live?.release, release)
})

test('another number of replicas is another release', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.settings = {replicas: 2}
  environment.source.touch({settings: true})
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running', 'one running', 'one paused'])
})

test('an imm that was killed leaves all of them to the next one, which starts those that ended meanwhile', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 2})
  const killed = environment.start()
  await killed.next('live')
  environment.save(good('two'))
  const {release} = await killed.next('live')
  await killed.quiet()
  await killed.kill()
  const [victim] = await running(environment)
  environment.engine.crash(victim?.id ?? '', 9)
  await using dev = environment.start({clock: hurriedClock()})
  t.like(await dev.next('live'), {release, cause: 'adopted'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'two running', 'one paused', 'one paused'])
  t.deepEqual(serving(environment), [2])
})

test('quitting takes all of them away', async (t) => {
  await using environment = testEnvironment(good('one'), {replicas: 3})
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.deepEqual(await environment.sandboxes(), [])
})
