import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {good, noSignal, testEnvironment} from '../support/lifecycle.ts'

test('quitting removes every container, closes the route, and ends what watches', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
  t.true(environment.source.disposed)
  t.deepEqual(await environment.images(), ['r1 one', 'r2 two'], 'images stay')
  t.deepEqual(dev.all('died'), [], 'what is stopped on purpose did not die')
  t.deepEqual(dev.all('warning'), [])

  const said = dev.events.length
  environment.save(good('three'))
  await dev.quiet()
  t.is(dev.events.length, said)
  t.is(environment.engine.started, 2)
})

test('quitting waits for requests under way, and lets no new ones in', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  const request = environment.traffic.begin()
  const quit = dev.quit()
  while (environment.traffic.route?.live) await new Promise((resolve) => setImmediate(resolve))
  t.throws(() => environment.traffic.begin())
  t.deepEqual(await environment.standing(), ['one running'], 'it is stopped when its requests are answered')
  request.end()
  await quit
  t.deepEqual(await environment.standing(), [])
  t.false(request.wasCut)
})

for (const [stage, program] of [
  ['build', {buildMs: 60_000}],
  ['verify', {bootMs: 60_000}],
] as const) {
  test(`quitting during ${stage} leaves nothing of what was under way`, async (t) => {
    await using environment = testEnvironment(good('one'))
    await using dev = environment.start()
    await dev.next('live')
    environment.save(good('two', program))
    await dev.next('stage', (event) => event.stage === stage && event.release.startsWith('r2-'))
    await dev.quit()
    t.deepEqual(await environment.standing(), [])
    t.deepEqual(await environment.images(), ['r1 one'])
    t.deepEqual(dev.all('superseded'), [], 'nothing newer came')
    t.deepEqual(dev.all('rejected'), [])
    t.is(environment.traffic.flips.length, 1)
  })
}

test('quitting during a rollback leaves nothing of it', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0}})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  // It is started while imm quits: nobody knows of it yet.
  const start = environment.engine.start.bind(environment.engine)
  const gate = Promise.withResolvers<void>()
  environment.engine.start = async (spec) => {
    await gate.promise
    return start(spec, noSignal)
  }
  const rollback = dev.rollback(release).then(
    () => 'done',
    () => 'given up',
  )
  await dev.next(
    'stage',
    (event) => event.stage === 'launch' && event.release === release && dev.all('live').length > 1,
  )
  const quit = dev.quit()
  while (dev.calls('engine', 'remove').every(({outcome}) => outcome !== 'done') || environment.traffic.route)
    await new Promise((resolve) => setImmediate(resolve))
  gate.resolve()
  await quit
  t.deepEqual(await environment.standing(), [])
  t.is(await rollback, 'given up')
})

test('quitting before anything is live ends', async (t) => {
  await using environment = testEnvironment(good('one', {bootMs: 60_000}))
  await using dev = environment.start()
  await dev.next('stage', ({stage}) => stage === 'verify')
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
})

test('quitting while a dead release is tried again ends', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  const [live] = await environment.containers()
  environment.engine.faults.failNext('start', new ImmError('CRASHED', 'no'))
  environment.engine.crash(live?.id ?? '')
  await dev.next('rejected')
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
})

test('in a hurry, requests are cut off and containers are killed at once', async (t) => {
  await using environment = testEnvironment(good('one', {ignoreSigterm: true}))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two', {ignoreSigterm: true}))
  const old = environment.traffic.begin()
  await dev.next('live')
  const request = environment.traffic.begin()
  const quit = dev.quit()
  dev.hurry()
  await quit
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
  for (const each of [old, request]) each.end()
})

test('a hurry that comes while containers are being stopped kills them', async (t) => {
  await using environment = testEnvironment(good('one', {ignoreSigterm: true}))
  await using dev = environment.start()
  await dev.next('live')
  const quit = dev.quit()
  while (dev.calls('engine', 'remove').length === 0) await new Promise((resolve) => setImmediate(resolve))
  const beganMs = Date.now()
  dev.hurry()
  await quit
  t.true(Date.now() - beganMs < 5000, 'before its grace of ten seconds is over')
  t.deepEqual(await environment.standing(), [])
})

test('quitting without an engine ends with its error, and what watches is ended', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.engine.faults.lose()
  await dev.next('engine')
  await t.throwsAsync(dev.quit(), {code: 'ENGINE_LOST'})
  t.true(environment.source.disposed)
  t.is(environment.traffic.route, undefined)
})

test('what imm took for impossible ends it, and what it started is removed first', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.engine.faults.failNext('start', new TypeError('undefined is not a function'))
  environment.save(good('two'))
  await t.throwsAsync(dev.ended, {instanceOf: TypeError})
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
  t.true(environment.source.disposed)
})

const gone = async (): Promise<never> => {
  throw new ImmError('PROXY_UNREACHABLE', 'the proxy is gone')
}

test('without a proxy the containers are removed all the same', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  Object.assign(environment.traffic, {suspend: gone, drain: gone, close: gone})
  await t.throwsAsync(dev.quit(), {code: 'PROXY_UNREACHABLE'})
  t.deepEqual(await environment.standing(), [])
})
