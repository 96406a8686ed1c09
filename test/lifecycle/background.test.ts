import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {createBackground} from '../../src/lifecycle/background.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import {Stopped} from '../../src/lifecycle/stopped.ts'

const fresh = () => {
  const events: Happening[] = []
  const bugs: unknown[] = []
  return {
    events,
    bugs,
    background: createBackground(
      (event) => events.push(event),
      (error) => bugs.push(error),
    ),
  }
}

test('idle waits for everything, also for what is added meanwhile', async (t) => {
  const {background} = fresh()
  const done: string[] = []
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  const work = async () => {
    await first.promise
    done.push('first')
    background.add(second.promise.then(() => done.push('second')))
    setImmediate(second.resolve)
  }
  background.add(work())
  setImmediate(first.resolve)
  await background.idle()
  t.deepEqual(done, ['first', 'second'])
  await t.notThrowsAsync(background.idle(), 'with nothing to do it is idle')
})

test('a failure for people is a warning with what to do', async (t) => {
  const {background, events, bugs} = fresh()
  background.add(Promise.reject(new ImmError('ENGINE_REFUSED', 'pausing failed', {next: 'Look there.'})))
  await background.idle()
  t.deepEqual(events, [{type: 'warning', message: 'pausing failed (Look there.)'}])
  t.deepEqual(bugs, [])
})

test('what was stopped, and an engine that went away, need no word', async (t) => {
  const {background, events, bugs} = fresh()
  background.add(Promise.reject(new Stopped({kind: 'quit'})))
  background.add(Promise.reject(new ImmError('ENGINE_LOST', 'gone')))
  await background.idle()
  t.deepEqual([events, bugs], [[], []])
})

test('what imm took for impossible is a bug', async (t) => {
  const {background, events, bugs} = fresh()
  const bug = new TypeError('undefined is not a function')
  background.add(Promise.reject(bug))
  await background.idle()
  t.deepEqual([events, bugs], [[], [bug]])
})
