import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {hasEnded, watchExits} from '../../src/lifecycle/exits.ts'
import type {Engine, EngineEvent, Instance} from '../../src/lifecycle/ports.ts'
import {EventQueue} from '../support/memory-engine/event-queue.ts'

const watching = () => {
  const queue = new EventQueue<EngineEvent>()
  const engine = {events: (_labels: unknown, signal: AbortSignal) => queue.read(signal)} as unknown as Engine
  const exits = watchExits({engine}, {})
  const stop = new AbortController()
  return {
    exits,
    stop,
    over: exits.run(stop.signal),
    queue,
    exit: (id: string) => queue.push({kind: 'exited', id, labels: {}}),
  }
}

const {signal} = new AbortController()

test('whoever waits for a container learns of its end, and nobody else does', async (t) => {
  const {exits, exit} = watching()
  const others = new AbortController()
  const waits = [exits.of('a', signal), exits.of('a', signal)]
  const other = exits.of('b', others.signal)
  exit('a')
  await Promise.all(waits)
  others.abort(new Error('still waiting'))
  await t.throwsAsync(other, {message: 'still waiting'})
})

test('an end that came before anybody asked is known', async (t) => {
  const {exits, exit, queue, over} = watching()
  const heard: string[] = []
  exits.subscribe(({id}) => heard.push(id))
  exit('a')
  queue.end()
  await over
  await t.notThrowsAsync(exits.of('a', signal))
  t.deepEqual(heard, ['a'])
})

test('of many ends the last two hundred are remembered', async (t) => {
  const {exits, exit, queue, over} = watching()
  for (let number = 0; number <= 200; number++) exit(`c${number}`)
  queue.end()
  t.is(await over, 'stopped')
  await exits.of('c1', signal)
  const forgotten = AbortSignal.abort(new Error('forgotten'))
  await t.throwsAsync(async () => exits.of('c0', forgotten), {message: 'forgotten'})
})

test('a change of health is told, and is no end', async (t) => {
  const {exits, queue, over} = watching()
  const heard: string[] = []
  exits.subscribe(({kind, id}) => heard.push(`${kind} ${id}`))
  queue.push({kind: 'health', id: 'a', labels: {}})
  queue.end()
  await over
  t.deepEqual(heard, ['health a'])
  await t.throwsAsync(async () => exits.of('a', AbortSignal.abort(new Error('still running'))), {
    message: 'still running',
  })
})

test('waiting with a signal that is aborted already rejects with its reason', async (t) => {
  await t.throwsAsync(async () => watching().exits.of('a', AbortSignal.abort(new Error('over'))), {message: 'over'})
})

test('an engine that goes away is told, and other failures are not swallowed', async (t) => {
  const lost = watching()
  lost.queue.end(new ImmError('ENGINE_LOST', 'gone'))
  t.is(await lost.over, 'lost')
  const broken = watching()
  broken.queue.end(new TypeError('no'))
  await t.throwsAsync(broken.over, {instanceOf: TypeError})
  const stopped = watching()
  stopped.stop.abort(new Error('quit'))
  t.is(await stopped.over, 'stopped')
})

test('exited and dead containers have ended, all others have not', (t) => {
  const ended = (['created', 'running', 'paused', 'exited', 'dead'] as const).filter((state) =>
    hasEnded({state} as Instance),
  )
  t.deepEqual(ended, ['exited', 'dead'])
})
