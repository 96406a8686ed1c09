import {tmpdir} from 'node:os'
import {setImmediate as turn} from 'node:timers/promises'

import test from 'ava'

import {hostGates} from '../../src/gates/host-gates.ts'
import {createBackground} from '../../src/lifecycle/background.ts'
import {crashLoopDeaths, pauseAfter} from '../../src/lifecycle/deaths.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import {keep} from '../../src/lifecycle/keep.ts'
import {Stopped} from '../../src/lifecycle/stopped.ts'
import {probe} from '../../src/proxy/probe.ts'
import {fakeClock, type FakeClock} from '../support/lifecycle-clock.ts'
import {testSettings} from '../support/lifecycle-settings.ts'
import {good, id, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'
import {until} from '../support/until.ts'

interface Kept extends AsyncDisposable {
  events: Happening[]
  /** whether there was something to keep, once that is over */
  done: Promise<boolean>
  left(): Promise<void>
}

/** What the proxy's process does once nobody holds the environment. */
const keepIn = (environment: TestEnvironment, clock: FakeClock): Kept => {
  const over = new AbortController()
  const events: Happening[] = []
  const emit = (happening: Happening) => void events.push(happening)
  const bug = Promise.withResolvers<never>()
  const background = createBackground(emit, bug.reject)
  const numbers = {
    release: async () => Promise.reject(new Error('a keeper releases nothing')),
    newest: async () => 0,
    generation: async () => Promise.reject(new Error('a keeper gives back with the generation that there is')),
  }
  const {engine, traffic, records, files} = environment
  const world = {
    id,
    engine,
    traffic,
    probe,
    gates: hostGates(tmpdir()),
    clock,
    numbers,
    records,
    files,
    emit,
    background,
  }
  const kept = Promise.race([keep(testSettings(), world, over.signal), bug.promise])
  const left = async () => {
    over.abort(new Stopped({kind: 'quit'}))
    await kept
    await background.idle()
  }
  return {events, done: kept, left, [Symbol.asyncDispose]: left}
}

const program = (content: string) => good(content, {printsEnv: 'TOKEN', countsStartsIn: '/data'})

/** Releases the contents, one after the other, and kills imm. */
const orphaned = async (stack: AsyncDisposableStack, contents: readonly string[]): Promise<TestEnvironment> => {
  const [first = '', ...others] = contents
  const settings = {env: {TOKEN: 'secret'}, volumes: [{name: 'data', path: '/data', readOnly: false}]}
  const environment = stack.use(testEnvironment(program(first), settings))
  const dev = stack.use(environment.start())
  await dev.next('live')
  for (const content of others) {
    environment.save(program(content))
    await dev.next('live')
    await dev.next('retired')
  }
  await dev.quiet()
  await dev.kill()
  return environment
}

const liveId = (environment: TestEnvironment): string => environment.traffic.route?.live?.instance ?? ''

const logOf = async ({engine}: TestEnvironment, container: string): Promise<string[]> =>
  Array.fromAsync(engine.logs(container, {follow: false}, new AbortController().signal), ({text}) => text)

test('what still finishes a request when its imm is killed is not paused with it', async (t) => {
  await using environment = testEnvironment(program('one'))
  await using dev = environment.start()
  await dev.next('live')
  const slow = environment.traffic.begin()
  environment.save(program('two'))
  await dev.next('live', ({previous}) => previous !== undefined)
  await dev.kill()
  await using kept = keepIn(environment, fakeClock())
  await until(async () => environment.engine.listeners > 0)
  // Nothing here waits for anything outside: by then it has compared what runs with what should.
  for (let turns = 0; turns < 100; turns++) await turn()
  t.deepEqual(await environment.standing(), ['two running', 'one running'])
  slow.end()
  await until(async () => (await environment.standing()).join() === 'two running,one paused')
  t.false(slow.wasCut)
  await kept.left()
})

test('a live container that dies when no imm is there is replaced by one with the same settings, and the same volume', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await orphaned(stack, ['one'])
  const kept = stack.use(keepIn(environment, fakeClock()))
  const waiting = (await environment.sandboxes()).length
  const dead = liveId(environment)
  environment.engine.crash(dead, 1)
  await until(async () => kept.events.some(({type}) => type === 'live'))
  t.not(liveId(environment), dead)
  t.like(await environment.answer(), {content: 'one'})
  t.deepEqual(await logOf(environment, liveId(environment)), ['secret', 'start 2'])
  await kept.left()
  t.true(await kept.done)
  t.deepEqual(await environment.standing(), ['one running'])
  t.is((await environment.sandboxes()).length, waiting, 'none is prepared for a next save')
})

test('it is replaced each time, also where somebody removes it', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await orphaned(stack, ['one'])
  const kept = stack.use(keepIn(environment, fakeClock()))
  const lives = () => kept.events.filter(({type}) => type === 'live').length
  await until(async () => environment.engine.listeners > 0)
  for (let death = 1; death <= 6; death++) {
    environment.engine.removeBehindTheBack(liveId(environment))
    await until(async () => lives() === death)
    t.deepEqual((await logOf(environment, liveId(environment)))[0], 'secret')
  }
  t.like(await environment.answer(), {content: 'one'})
})

test('one that died before anybody looked after it is replaced as well', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await orphaned(stack, ['one'])
  environment.engine.crash(liveId(environment), 1)
  await environment.traffic.suspend(1, new AbortController().signal)
  const kept = stack.use(keepIn(environment, fakeClock()))
  await until(async () => kept.events.some(({type}) => type === 'live'))
  t.like(await environment.answer(), {content: 'one'})
})

test('a crash loop gives way to the release that is warm', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await orphaned(stack, ['one', 'two'])
  const clock = fakeClock()
  const kept = stack.use(keepIn(environment, clock))
  const lives = () => kept.events.filter(({type}) => type === 'live').length
  await until(async () => environment.engine.listeners > 0)
  for (let death = 1; death <= crashLoopDeaths; death++) {
    environment.engine.crash(liveId(environment), 1)
    if (pauseAfter(death) > 0 && death < crashLoopDeaths) await clock.pass(pauseAfter(death))
    await until(async () => lives() === death)
  }
  await until(async () => kept.events.some(({type}) => type === 'reverted'))
  t.like(await environment.answer(), {content: 'one'})
})

test('an engine that has nothing of what is live is left alone, and so is the traffic', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await orphaned(stack, ['one'])
  const {live} = environment.traffic.route ?? {}
  environment.engine.removeBehindTheBack(liveId(environment))
  const kept = stack.use(keepIn(environment, fakeClock()))
  t.false(await kept.done)
  t.deepEqual(environment.traffic.route?.live, live)
  t.deepEqual(kept.events, [])
})

test('an imm that takes over ends a replacement under way, and nothing of that is left', async (t) => {
  await using stack = new AsyncDisposableStack()
  const environment = await orphaned(stack, ['one'])
  const kept = stack.use(keepIn(environment, fakeClock()))
  await until(async () => environment.engine.listeners > 0)
  environment.engine.faults.slow(50)
  environment.engine.crash(liveId(environment), 1)
  await until(async () => kept.events.some(({type}) => type === 'died'))
  await kept.left()
  environment.engine.faults.slow(0)
  t.deepEqual(await environment.standing(), [])
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
})
