import {tmpdir} from 'node:os'

import test from 'ava'

import {hostGates} from '../../../src/gates/host-gates.ts'
import {createBackground} from '../../../src/lifecycle/background.ts'
import type {Happening} from '../../../src/lifecycle/events.ts'
import {lull, type Rest} from '../../../src/lifecycle/rest/lull.ts'
import {wakeApp} from '../../../src/lifecycle/rest/wake-app.ts'
import {probe} from '../../../src/proxy/probe.ts'
import {imageReference} from '../../../src/release/identity.ts'
import type {ReleaseName} from '../../../src/release/identity.ts'
import {realClock} from '../../support/lifecycle-clock.ts'
import {testSettings} from '../../support/lifecycle-settings.ts'
import {good, id, noSignal, testEnvironment, type TestEnvironment} from '../../support/lifecycle.ts'

const program = good('one', {printsEnv: 'GREETING', countsStartsIn: '/data'})

/** One release that is live, and nobody who looks after it. */
const left = async (stack: AsyncDisposableStack): Promise<TestEnvironment> => {
  const settings = {env: {GREETING: 'as before'}, volumes: [{name: 'data', path: '/data', readOnly: false}]}
  const environment = stack.use(testEnvironment(program, settings))
  const dev = stack.use(environment.start())
  await dev.next('live')
  await dev.quiet()
  await dev.kill()
  return environment
}

const rest = async ({engine, traffic}: TestEnvironment, to: Rest): Promise<void> => {
  await traffic.suspend(1, noSignal)
  await lull(id, to, engine, noSignal)
}

/** What the proxy's process does at the first request. */
const wake = async ({engine, traffic, records, files}: TestEnvironment): Promise<Happening[]> => {
  const events: Happening[] = []
  const emit = (happening: Happening) => void events.push(happening)
  const background = createBackground(emit, (error) => {
    throw error
  })
  const numbers = {
    release: async () => Promise.reject(new Error('nothing is released')),
    newest: async () => 0,
    generation: async () => Promise.reject(new Error('the generation stays')),
  }
  const clock = realClock
  const gates = hostGates(tmpdir())
  await wakeApp(
    testSettings(),
    {id, engine, traffic, probe, gates, clock, numbers, records, files, emit, background},
    noSignal,
  )
  await background.idle()
  return events
}

const lineOf = async ({engine}: TestEnvironment, container: string): Promise<string[]> =>
  Array.fromAsync(engine.logs(container, {follow: false}, noSignal), ({text}) => text)

for (const to of ['paused', 'asleep'] as const)
  test(`what is ${to} gets the traffic again in its own container, with the same generation`, async (t) => {
    await using stack = new AsyncDisposableStack()
    const environment = await left(stack)
    const before = environment.traffic.route?.live
    for (let round = 1; round <= 2; round++) {
      await rest(environment, to)
      t.deepEqual(await environment.standing(), [`one ${to === 'paused' ? 'paused' : 'exited'}`])
      t.is(await environment.answer(), undefined)
      t.deepEqual(await wake(environment), [])
      t.like(await environment.answer(), {content: 'one'})
      t.like(environment.traffic.route?.live, {instance: before?.instance, generation: before?.generation})
      // It is no previous one as well.
      t.deepEqual(environment.traffic.route?.previous, [])
      t.deepEqual(await environment.standing(), ['one running'])
    }
    t.is((await lineOf(environment, before?.instance ?? '')).length, to === 'paused' ? 2 : 6)
  })

test('a container that somebody removed gives way to a fresh one of the same release', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await left(stack)
  const {engine, traffic} = environment
  const first = traffic.route?.live
  await rest(environment, 'paused')
  engine.removeBehindTheBack(first?.instance ?? '')
  await wake(environment)
  t.like(await environment.answer(), {content: 'one', release: first?.release})
  t.not(traffic.route?.live?.instance, first?.instance)
  t.is(traffic.route?.live?.generation, 1)
  t.deepEqual(traffic.route?.previous, [])
  t.deepEqual((await lineOf(environment, traffic.route?.live?.instance ?? ''))[0], 'as before')
})

test('one that does not answer any more gives way, too', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await left(stack)
  const {engine, traffic} = environment
  const first = traffic.route?.live?.instance ?? ''
  await rest(environment, 'asleep')
  const broken: typeof engine = {
    ...engine,
    async resume(container, signal) {
      await engine.resume(container, signal)
      engine.crash(container, 1)
      return engine.instance(container, signal)
    },
  }
  await wake({...environment, engine: broken})
  t.like(await environment.answer(), {content: 'one'})
  t.not(traffic.route?.live?.instance, first)
})

test('with neither container nor image it is said, and the traffic stays as it is', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await left(stack)
  const {engine, traffic} = environment
  const live = traffic.route?.live
  await rest(environment, 'paused')
  engine.removeBehindTheBack(live?.instance ?? '')
  await engine.untag(imageReference(id, live?.release as ReleaseName), noSignal)
  await t.throwsAsync(wake(environment), {code: 'RELEASE_NOT_FOUND'})
  t.is(await environment.answer(), undefined)
})
