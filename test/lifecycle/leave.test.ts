import test from 'ava'

import type {GuardSettings} from '../../src/config/settings.ts'
import type {Ended} from '../../src/lifecycle/once.ts'
import {fakeClock} from '../support/lifecycle-clock.ts'
import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

/** Runs one attempt to its end, and says how it ended. */
const attempt = async (environment: TestEnvironment): Promise<{how: Ended | undefined; warnings: string[]}> => {
  let how: Ended | undefined
  await using dev = environment.start({oneAttempt: {onOver: async (ended) => void (how = ended)}})
  await dev.ended
  return {how, warnings: dev.all('warning').map(({message}) => message)}
}

const keep = {warm: 0, stopped: 0}

test('one attempt ends once it is live, and its container and route stay', async (t) => {
  await using environment = testEnvironment(good('one'), {keep})
  const {how, warnings} = await attempt(environment)
  t.like(how, {type: 'live', cause: 'change', previous: undefined})
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(await environment.sandboxes(), [])
  t.like(await environment.answer(), {content: 'one'})
  t.deepEqual(warnings, [])
})

test('the next attempt takes over from what the one before left, and only its own is left then', async (t) => {
  await using environment = testEnvironment(good('one'), {keep})
  await attempt(environment)
  environment.source.write(good('two'))
  const {how} = await attempt(environment)
  t.like(how, {type: 'live', cause: 'change'})
  t.deepEqual(await environment.standing(), ['two running'])
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(environment.traffic.route?.previous, [])
})

test('what runs already is not started again', async (t) => {
  await using environment = testEnvironment(good('one'), {keep})
  await attempt(environment)
  const {how} = await attempt(environment)
  t.like(how, {type: 'unchanged', state: 'live'})
  t.is(environment.engine.started, 1)
  t.deepEqual(await environment.standing(), ['one running'])
})

test('a rejected attempt leaves what was live, with the traffic', async (t) => {
  await using environment = testEnvironment(good('one'), {keep})
  await attempt(environment)
  environment.source.write(good('two', {exitCode: 1}))
  const {how} = await attempt(environment)
  t.is(how?.type, 'rejected')
  t.deepEqual(await environment.standing(), ['one running'])
  t.like(await environment.answer(), {content: 'one'})
})

test('a first attempt that is rejected leaves nothing, not even a route', async (t) => {
  await using environment = testEnvironment(good('one', {exitCode: 1}), {keep})
  const {how} = await attempt(environment)
  t.is(how?.type, 'rejected')
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
})

const guard: GuardSettings = {windowMs: 1000, errors: 0.02, latency: 3, minRequests: 20}

/** A second release has the traffic, and is held to the first one. */
const onTrial = async (environment: TestEnvironment, stack: AsyncDisposableStack) => {
  await attempt(environment)
  environment.source.write(good('two'))
  const clock = fakeClock()
  const ended: Ended[] = []
  const dev: TestDev = stack.use(environment.start({clock, oneAttempt: {onOver: async (how) => void ended.push(how)}}))
  const live = await dev.next('live', ({cause}) => cause === 'change')
  await clock.asleep(150)
  return {clock, dev, ended, live}
}

test('an attempt that took over from another release is over when its guard is', async (t) => {
  await using environment = testEnvironment(good('one'), {keep, guard})
  await using stack = new AsyncDisposableStack()
  const {clock, dev, ended} = await onTrial(environment, stack)
  t.deepEqual(await environment.standing(), ['two running', 'one paused'], 'there is something to go back to')
  t.deepEqual(ended, [])
  clock.hurry()
  await dev.ended
  t.like(ended, [{type: 'live'}])
  t.deepEqual(await environment.standing(), ['two running'])
})

test('an attempt whose release does worse ends with what was before', async (t) => {
  await using environment = testEnvironment(good('one'), {keep, guard})
  await using stack = new AsyncDisposableStack()
  const {clock, dev, ended, live} = await onTrial(environment, stack)
  environment.traffic.serve(live, {requests: 30, serverErrors: 30})
  clock.hurry()
  await dev.ended
  t.like(ended, [{type: 'reverted', release: live.release}])
  t.deepEqual(await environment.standing(), ['one running'])
  t.like(await environment.answer(), {content: 'one'})
})

test('an attempt that is interrupted leaves what was live before', async (t) => {
  await using environment = testEnvironment(good('one'), {keep})
  await attempt(environment)
  environment.source.write(good('two', {bootMs: 60_000}))
  await using dev = environment.start({oneAttempt: {onOver: async () => undefined}})
  await dev.next('stage', ({stage}) => stage === 'verify')
  await dev.quit()
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(await environment.images(), ['r1 one'])
})

test('one attempt goes back to the source from a release that a rollback had pinned', async (t) => {
  await using environment = testEnvironment(good('one'), {keep})
  await attempt(environment)
  environment.source.write(good('two'))
  await attempt(environment)
  await using dev = environment.start()
  await dev.rollback()
  await dev.kill()
  t.like(await environment.answer(), {content: 'one'})
  t.like((await attempt(environment)).how, {type: 'live', cause: 'change'})
  t.like(await environment.answer(), {content: 'two'})
})
