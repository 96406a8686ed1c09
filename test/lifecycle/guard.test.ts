import test from 'ava'

import type {GuardSettings} from '../../src/config/settings.ts'
import {fakeClock, hurriedClock, type FakeClock} from '../support/lifecycle-clock.ts'
import type {SettingChanges} from '../support/lifecycle-settings.ts'
import {good, testEnvironment, type EventOf, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'
import type {Program} from '../support/memory-engine/program.ts'

const guard: GuardSettings = {windowMs: 1000, errors: 0.02, latency: 3, minRequests: 20}
const lookEveryMs = 150

interface Flipped {
  environment: TestEnvironment
  clock: FakeClock
  dev: TestDev
  first: EventOf<'live'>
  second: EventOf<'live'>
}

/** Two releases, the second of which is being watched. */
const flipped = async (
  stack: AsyncDisposableStack,
  {settings = {}, two = {}}: {settings?: SettingChanges; two?: Program} = {},
): Promise<Flipped> => {
  const environment = stack.use(testEnvironment(good('one'), {guard, ...settings}))
  const clock = fakeClock()
  const dev = stack.use(environment.start({clock}))
  const first = await dev.next('live')
  environment.traffic.serve(first, {requests: 200, serverErrors: 10, ms: 5})
  environment.save(good('two', two))
  const second = await dev.next('live')
  await clock.asleep(lookEveryMs)
  return {environment, clock, dev, first, second}
}

const idOf = async (environment: TestEnvironment, state: 'running' | 'paused'): Promise<string> =>
  (await environment.containers()).find((container) => container.state === state)?.id ?? ''

test('a release that fails more often than the one before gives the traffic back at the next look, with the numbers', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, first, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 30, serverErrors: 3})
  await clock.pass(lookEveryMs)

  const {evidence, ...reverted} = await dev.next('reverted')
  t.deepEqual(reverted, {type: 'reverted', release: second.release, to: first.release})
  t.is(evidence.length, 1)
  t.like(evidence[0], {measure: 'errors', before: 0.05, after: 0.1})
  t.regex(evidence[0]?.words ?? '', /^3 of 30 failed \(10\.0 %\), of the release before 10 of 200 failed \(5\.0 %\)/)
  t.like(await dev.next('live', ({cause}) => cause === 'revert'), {release: first.release, previous: second.release})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.deepEqual(await environment.standing(), ['one running'], 'the reverted one is removed')
  t.deepEqual(await environment.images(), ['r1 one'], 'and is no place to go back to')
  t.deepEqual(environment.traffic.route?.previous, [])
  t.is(environment.engine.started, 2, 'the one before was warm')
  t.deepEqual(dev.all('warning'), [])
})

test('a release that always failed as often as the one before keeps the traffic', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 40, serverErrors: 2, ms: 5})
  clock.hurry()
  t.deepEqual(await dev.next('guarded'), {type: 'guarded', release: second.release, verdict: 'ok', requests: 40})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  t.deepEqual(dev.all('reverted'), [])
})

test('too few requests keep the traffic, and that is said', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 3, serverErrors: 1})
  clock.hurry()
  t.like(await dev.next('guarded'), {verdict: 'unsure', requests: 3})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
})

test('a release that answers much later than the one before gives the traffic back', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  // A quarter of its window it may warm up.
  environment.traffic.serve(second, {requests: 30, ms: 900})
  await clock.pass(lookEveryMs)
  await clock.pass(lookEveryMs)
  await clock.asleep(lookEveryMs)
  t.deepEqual(dev.all('reverted'), [])
  environment.traffic.serve(second, {requests: 30, ms: 900})
  await clock.pass(lookEveryMs)
  t.deepEqual(
    (await dev.next('reverted')).evidence.map(({measure}) => measure),
    ['latency'],
  )
})

test('what fails after the window is over keeps the traffic, and nobody asks the proxy any more', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  clock.hurry()
  await dev.next('guarded')
  const asked = dev.calls('traffic', 'counts').length
  environment.traffic.serve(second, {requests: 100, serverErrors: 100})
  await dev.quiet()
  t.is(dev.calls('traffic', 'counts').length, asked)
  t.like(await environment.answer(), {content: 'two'})
})

test('the content of a reverted release is not released again until it changes, or is asked for', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  await dev.next('reverted')
  await dev.quiet()
  environment.source.touch()
  t.deepEqual(await dev.next('unchanged'), {type: 'unchanged', release: second.release, state: 'reverted'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})

  ;(await dev.loop()).trigger({again: true})
  const third = await dev.next('live', ({cause}) => cause === 'change')
  t.not(third.release, second.release)
  t.like(await environment.answer(), {content: 'two'})
})

test('requests under way on a reverted release end well before it is removed', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  const slow = environment.traffic.begin()
  t.is(slow.release, second.release)
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  await dev.next('reverted')
  t.deepEqual(await environment.standing(), ['two running', 'one running'])
  slow.end()
  await dev.quiet()
  t.false(slow.wasCut)
  t.deepEqual(await environment.standing(), ['one running'])
})

test('where no previous release is kept warm, it is for as long as the new one is watched', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev} = await flipped(stack, {settings: {keep: {warm: 0}}})
  await dev.next('retired')
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  clock.hurry()
  await dev.next('guarded')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
  t.deepEqual(environment.traffic.route?.previous, [])
})

test('without a guard nothing is held to anything', async (t) => {
  await using environment = testEnvironment(good('one'), {guard: undefined, keep: {warm: 0}})
  await using dev = environment.start({clock: hurriedClock()})
  await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await dev.quiet()
  t.deepEqual(dev.calls('traffic', 'counts'), [])
  t.deepEqual(await environment.standing(), ['two running'])
})

test('a release that ends by itself while it is watched gives the traffic back at once', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, dev, first, second} = await flipped(stack)
  await dev.next('retired')
  environment.engine.crash(await idOf(environment, 'running'), 3)
  t.like(await dev.next('died'), {release: second.release, exitCode: 3, givenUp: true})
  const {evidence, to} = await dev.next('reverted')
  t.is(to, first.release)
  t.deepEqual(
    evidence.map(({words}) => words),
    ['it ended by itself with exit code 3'],
  )
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.is(environment.engine.started, 2, 'it was not tried again')
})

test('a release that somebody kills while it is watched is replaced, and the watch goes on', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 30, failures: 4})
  environment.engine.crash(await idOf(environment, 'running'), 137)
  await dev.next('live', ({cause}) => cause === 'replace')
  await clock.pass(lookEveryMs)
  await clock.asleep(lookEveryMs)
  t.like(await environment.answer(), {content: 'two'}, 'what that cost is not held against it')
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  await dev.next('reverted')
})

test('a newer release ends the guard of the one before, and is held to that one', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 100, ms: 5})
  environment.save(good('three'))
  const third = await dev.next('live')
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  environment.traffic.serve(third, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  t.like(await dev.next('reverted'), {release: third.release, to: second.release})
  t.is(dev.all('reverted').length, 1)
})

test('a newer save that is on its way while the traffic is given back overtakes it', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, first, second} = await flipped(stack)
  environment.save(good('three', {bootMs: 200}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r3-'))
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  t.is((await dev.next('reverted')).to, first.release)
  clock.hurry()
  t.like(await dev.next('live', ({cause}) => cause === 'change'), {previous: first.release})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'three'})
  t.deepEqual(await environment.standing(), ['three running', 'one paused'])
})

test('a rollback by hand ends the guard', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, first, second} = await flipped(stack)
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  t.is(await dev.rollback(), first.release)
  clock.hurry()
  await dev.quiet()
  t.deepEqual(dev.all('reverted'), [])
  t.deepEqual(
    (await environment.standing()).toSorted(),
    ['one running', 'two paused'],
    'what was chosen by hand can be undone',
  )
})

test('where the release before has gone meanwhile, a fresh container of its image takes the traffic', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, first, second} = await flipped(stack)
  await dev.next('retired')
  environment.engine.removeBehindTheBack(await idOf(environment, 'paused'))
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  t.is((await dev.next('reverted')).to, first.release)
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.deepEqual(await environment.standing(), ['one running'])
  t.is(environment.engine.started, 3)
})

test('where nothing takes the traffic back, the release keeps it', async (t) => {
  await using stack = new AsyncDisposableStack()
  const {environment, clock, dev, first, second} = await flipped(stack)
  await dev.next('retired')
  environment.engine.removeBehindTheBack(await idOf(environment, 'paused'))
  await environment.engine.untag(`imm/shop/web:main-${first.release}`, AbortSignal.timeout(1000))
  environment.traffic.serve(second, {requests: 30, serverErrors: 30})
  await clock.pass(lookEveryMs)
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(dev.all('reverted'), [])
  t.regex(
    dev.all('warning')[0]?.message ?? '',
    /^r2-\w+ does worse than r1-\w+, which can't take the traffic back: 30 of 30 failed/,
  )
  t.deepEqual(await environment.standing(), ['two running'])
})
