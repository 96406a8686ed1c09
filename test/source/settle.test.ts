import test from 'ava'

import type {Clock} from '../../src/lifecycle/ports.ts'
import {settler} from '../../src/source/settle.ts'
import {never} from './tree.ts'

/** Time that passes only while somebody sleeps; what is planned happens on the way. */
const clockWith = (plan: [atMs: number, action: () => void][]): Clock => {
  let nowMs = 0
  return {
    now: () => nowMs,
    sleep: async (ms) => {
      const untilMs = nowMs + ms
      while (plan[0] !== undefined && plan[0][0] <= untilMs) {
        const [atMs, action] = plan.shift() ?? [0, () => undefined]
        nowMs = Math.max(nowMs, atMs)
        action()
      }
      nowMs = Math.max(nowMs, untilMs)
    },
  }
}

const settle = (
  plan: (settling: {note: (path: string) => void}) => [number, () => void][],
  busy = async () => false,
) => {
  const planned: [number, () => void][] = []
  const clock = clockWith(planned)
  const settling = settler({clock, quietMs: 50, longestMs: 1000, busy})
  planned.push(...plan(settling))
  return {clock, settling}
}

test('a batch holds everything until nothing came for the quiet period', async (t) => {
  const {clock, settling} = settle(({note}) => [
    [40, () => note('b')],
    [80, () => note('a')],
    [131, () => note('late')],
  ])
  settling.note('a')
  const {paths, firstEventMs, restless} = await settling.next(never)
  t.deepEqual([[...paths], firstEventMs, restless, clock.now()], [['a', 'b'], 0, [], 130])
  await clock.sleep(1, never)
  t.deepEqual([...(await settling.next(never)).paths], ['late'])
})

test('what was reported and is in no batch yet can be asked for', async (t) => {
  const {settling} = settle(() => [])
  t.false(settling.isOpen)
  settling.note('a')
  t.true(settling.isOpen)
  await settling.next(never)
  t.false(settling.isOpen)
})

test('a batch that never comes to rest ends after the longest wait and names what was written again and again', async (t) => {
  const {clock, settling} = settle(({note}) =>
    Array.from({length: 200}, (_, index) => [(index + 1) * 10, () => note(index % 50 === 0 ? `other${index}` : 'log')]),
  )
  settling.note('a')
  const {restless} = await settling.next(never)
  t.deepEqual([restless, clock.now()], [['log'], 1000])
})

test('a batch of more than one save, and one that follows on another, are given four times as long', async (t) => {
  const {clock, settling} = settle(({note}) => [[190, () => note('e')]])
  for (const path of ['a', 'b', 'c', 'd']) settling.note(path)
  t.deepEqual([(await settling.next(never)).paths.length, clock.now()], [5, 390])
  await clock.sleep(199, never)
  settling.note('a')
  t.deepEqual([(await settling.next(never)).paths, clock.now()], [['a'], 789])
  await clock.sleep(200, never)
  settling.note('b')
  t.deepEqual([(await settling.next(never)).paths, clock.now()], [['b'], 1039])
})

test('a file that is written in many pieces within a moment is not one that is written all the time', async (t) => {
  const {clock, settling} = settle(({note}) => [
    ...Array.from({length: 20}, (_, index): [number, () => void] => [index, () => note('large')]),
    ...Array.from({length: 40}, (_, index): [number, () => void] => [20 + index * 40, () => note(`other${index}`)]),
  ])
  settling.note('a')
  t.deepEqual([(await settling.next(never)).restless, clock.now()], [[], 1000])
})

test('what gathered while nobody asked still gets its quiet period', async (t) => {
  const {clock, settling} = settle(({note}) => [
    [4990, () => note('b')],
    [5030, () => note('c')],
  ])
  settling.note('a')
  await clock.sleep(5000, never)
  const {paths, firstEventMs} = await settling.next(never)
  t.deepEqual([[...paths], firstEventMs, clock.now()], [['a', 'b', 'c'], 0, 5080])
})

test('a batch waits for whoever is busy, and for the reports that follow', async (t) => {
  let waits = 1
  const {clock, settling} = settle(
    ({note}) => [[60, () => note('b')]],
    async () => waits-- > 0,
  )
  settling.note('a')
  t.deepEqual([...(await settling.next(never)).paths], ['a', 'b'])
  t.is(clock.now(), 110)
})

test('who waits is woken by the first report, by a failure and by an abort', async (t) => {
  const {settling} = settle(() => [])
  const first = settling.next(never)
  settling.note('a')
  t.deepEqual([...(await first).paths], ['a'])
  const reason = new Error('enough')
  const stop = new AbortController()
  const aborted = t.throwsAsync(settling.next(stop.signal), {is: reason})
  stop.abort(reason)
  await aborted
  const failure = new Error('no more watches')
  const failed = t.throwsAsync(settling.next(never), {is: failure})
  settling.fail(failure)
  await failed
  await t.throwsAsync(settling.next(never), {is: failure})
})
