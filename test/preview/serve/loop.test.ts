import test, {type ExecutionContext} from 'ava'

import {ImmError} from '../../../src/errors.ts'
import {serveLoop} from '../../../src/preview/serve/loop.ts'
import {branchRef, fakeWorld} from '../../support/serve-world.ts'
import {until} from '../../support/until.ts'

const begin = (t: ExecutionContext, serve: ReturnType<typeof fakeWorld>, once = false) => {
  const stop = new AbortController()
  const ended = serveLoop(serve.world, {once}, stop.signal)
  const end = async () => {
    stop.abort(new Error('stopped'))
    await ended.catch(() => {})
  }
  t.teardown(end)
  // A loop that fails before its test does must not go unheard.
  ended.catch(() => {})
  return {ended, end}
}

const settles = async ({events}: ReturnType<typeof fakeWorld>, times = 1) =>
  until(async () => events.filter(({type}) => type === 'settled').length >= times)

const states = ({events}: ReturnType<typeof fakeWorld>) =>
  events.flatMap((event) => (event.type === 'preview' ? [`${event.action} ${event.name} ${event.state}`] : []))

test('previews come, move and go with their branches', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  serve.push('main', '1')
  begin(t, serve)
  await settles(serve)
  t.deepEqual(serve.calls, ['up a 1'])
  serve.push('a', '2')
  await settles(serve, 2)
  serve.remove('a')
  await settles(serve, 3)
  t.deepEqual(serve.calls, ['up a 1', 'up a 2', 'down a'])
  t.deepEqual(states(serve), [
    'up a begun',
    'up a live',
    'update a begun',
    'update a live',
    'down a begun',
    'down a removed',
  ])
  t.is(serve.records.size, 0)
})

test('nothing is done twice: not when it looks again, and not by the serve after this one', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  serve.control.end = () => ({outcome: 'rejected', error: new ImmError('BUILD_FAILED', 'no')})
  const {end} = begin(t, serve)
  await settles(serve)
  serve.push('b', '1')
  await settles(serve, 2)
  await end()
  t.deepEqual(serve.calls, ['up a 1', 'up b 1'])
  await serveLoop(serve.world, {once: true}, new AbortController().signal)
  t.deepEqual(serve.calls, ['up a 1', 'up b 1'])
  serve.control.settings = {...serve.control.settings, env: {LEVEL: 'debug'}}
  await serveLoop(serve.world, {once: true}, new AbortController().signal)
  t.deepEqual(serve.calls.slice(2).toSorted(), ['up a 1', 'up b 1'])
})

test('what somebody brought up by hand is kept up to date, and stays theirs when its branch no longer matches', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  serve.push('b', '1')
  const {signal} = new AbortController()
  await serveLoop(serve.world, {once: true}, signal)
  // As `imm preview up a` leaves it: serve knows nothing of it.
  await serve.world.memory.noteBrought('refs/heads/a', undefined)
  serve.push('a', '2')
  serve.push('b', '2')
  await serveLoop(serve.world, {once: true}, signal)
  serve.push('a', '3')
  await serveLoop(serve.world, {once: true}, signal)
  serve.control.settings = {...serve.control.settings, branches: ['c']}
  await serveLoop(serve.world, {once: true}, signal)
  t.deepEqual(serve.calls.slice(-3), ['up b 2', 'up a 3', 'down b'])
  serve.remove('a')
  await serveLoop(serve.world, {once: true}, signal)
  t.is(serve.calls.at(-1), 'down a')
})

test('other branches, or more at once, are no reason to bring anything up again', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  await serveLoop(serve.world, {once: true}, new AbortController().signal)
  serve.control.settings = {...serve.control.settings, branches: ['a', 'b'], parallel: 5, files: ['/other']}
  await serveLoop(serve.world, {once: true}, new AbortController().signal)
  t.deepEqual(serve.calls, ['up a 1'])
})

test('no more are brought up at once than the settings say, and all are in the end', async (t) => {
  const serve = fakeWorld()
  for (let number = 0; number < 9; number++) serve.push(`b${number}`, '1')
  serve.control.during = async () => new Promise((resolve) => setImmediate(resolve))
  begin(t, serve)
  await settles(serve)
  t.is(serve.control.mostAtOnce, 2)
  t.is(serve.calls.length, 9)
  t.is(serve.records.size, 9)
})

test('a push while a commit is brought up gives that up for the newer one', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  serve.control.during = async ({commit}, signal) =>
    commit === '1'
      ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      : undefined
  begin(t, serve)
  await until(async () => serve.calls.length === 1)
  serve.push('a', '2')
  await settles(serve)
  t.deepEqual(serve.calls, ['up a 1', 'up a 2'])
  t.deepEqual(states(serve), ['up a begun', 'up a given up', 'update a begun', 'update a live'])
})

test('a branch that goes while it is brought up leaves nothing', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  serve.control.during = async (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  begin(t, serve)
  await until(async () => serve.calls.length === 1)
  serve.remove('a')
  await settles(serve)
  t.deepEqual(serve.calls, ['up a 1', 'down a'])
  t.is(serve.records.size, 0)
})

test('what fails for the machine is tried again by itself, later and later', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  let failures = 2
  serve.control.end = () => (failures-- > 0 ? new ImmError('ENGINE_LOST', 'gone') : {})
  begin(t, serve)
  await until(async () => states(serve).includes('update a live'))
  t.deepEqual(serve.calls, ['up a 1', 'up a 1', 'up a 1'])
  const waits = serve.events.flatMap((one) => (one.type === 'preview' && one.state === 'failed' ? [one.retryInMs] : []))
  t.deepEqual(waits, [1000, 2000])
})

test('what fails for the commit is not tried again until it moves', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  serve.control.end = ({commit}) => (commit === '1' ? new ImmError('CONFIG_INVALID', 'no') : {})
  begin(t, serve)
  await settles(serve)
  serve.push('b', '1')
  await settles(serve, 2)
  t.is(serve.calls.filter((call) => call === 'up a 1').length, 1)
  serve.push('a', '2')
  await settles(serve, 3)
  t.true(serve.calls.includes('up a 2'))
})

test('a pull request that is closed takes its preview down, and one that is opened again brings it up', async (t) => {
  const serve = fakeWorld()
  const {memory} = serve.world
  serve.add({...branchRef('pull/7', '1'), ref: 'refs/pull/7/head', kind: 'pull'})
  await memory.notePull(7, {state: 'open', branch: undefined, atMs: 1})
  begin(t, serve)
  await settles(serve)
  await memory.notePull(7, {state: 'closed', branch: undefined, atMs: 2})
  serve.poke()
  await settles(serve, 2)
  await memory.notePull(7, {state: 'open', branch: undefined, atMs: 3})
  serve.poke()
  await settles(serve, 3)
  t.deepEqual(serve.calls, ['up pull/7 1', 'down pull/7', 'up pull/7 1'])
})

test('git that cannot be read changes nothing, is said once, and is looked at again', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  begin(t, serve)
  await settles(serve)
  serve.control.refsFail = new ImmError('NOT_A_REPOSITORY', 'Its branches cannot be read.')
  serve.remove('a')
  const warnings = () => serve.events.filter(({type}) => type === 'warning')
  await until(async () => warnings().length === 1)
  t.deepEqual(serve.calls, ['up a 1'])
  serve.control.refsFail = undefined
  serve.poke()
  await settles(serve, 2)
  t.is(warnings().length, 2)
  t.deepEqual(serve.calls, ['up a 1', 'down a'])
})

test('a mistake that is there when it begins ends it', async (t) => {
  const serve = fakeWorld()
  serve.control.refsFail = new ImmError('CONFIG_INVALID', 'no')
  await t.throwsAsync(serveLoop(serve.world, {once: false}, new AbortController().signal), {code: 'CONFIG_INVALID'})
})

test('the end of serve is the end of what it had begun', async (t) => {
  const serve = fakeWorld()
  serve.push('a', '1')
  let endedInside = false
  serve.control.during = async (_, signal) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () =>
        setImmediate(() => {
          endedInside = true
          reject(signal.reason as Error)
        }),
      ),
    )
  const {end, ended} = begin(t, serve)
  await until(async () => serve.calls.length === 1)
  await end()
  await t.throwsAsync(ended, {message: 'stopped'})
  t.true(endedInside)
  t.deepEqual(states(serve), ['up a begun'])
})

test('what ends while it looks is not begun again from what it saw before', async (t) => {
  const serve = fakeWorld()
  const release = Promise.withResolvers<void>()
  const looked = Promise.withResolvers<void>()
  serve.push('a', '1')
  serve.control.during = async () => release.promise
  const previews = serve.world.previews.bind(serve.world)
  let slow = false
  serve.world.previews = async (signal) => {
    const seen = await previews(signal)
    if (slow) {
      slow = false
      release.resolve()
      await until(async () => states(serve).includes('up a live'))
      looked.resolve()
    }
    return seen
  }
  begin(t, serve)
  await until(async () => serve.calls.length === 1)
  slow = true
  serve.poke()
  await looked.promise
  await settles(serve)
  t.deepEqual(serve.calls, ['up a 1'])
})
