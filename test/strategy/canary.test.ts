import test from 'ava'
import * as fc from 'fast-check'

import type {Counts} from '../../src/strategy/counts.ts'
import type {CanarySettings} from '../../src/strategy/settings.ts'
import type {Situation} from '../../src/strategy/step.ts'
import {counted, play, situation, told} from './situation.ts'

const settings: CanarySettings = {
  kind: 'canary',
  steps: [
    {weight: 0.05, timeMs: 10_000},
    {weight: 0.5, timeMs: 20_000},
  ],
  limits: {minRequests: 50, errorShare: 0.01, latencyFactor: 2, latencyMs: 100},
  waitMs: 30_000,
}
const way = {strategy: settings, mirror: undefined}

/** Requests that came with the time, so many a second of each release. */
const asked =
  (live: Counts, candidate: Counts) =>
  (now: Situation): Situation => ({
    ...now,
    counts: {live: times(live, now.sinceMs / 1000), candidate: times(candidate, now.sinceMs / 1000)},
  })
const times = ({requests, serverErrors, failures, latency}: Counts, factor: number): Counts => ({
  requests: Math.floor(requests * factor),
  serverErrors: Math.floor(serverErrors * factor),
  failures: Math.floor(failures * factor),
  latency: latency.map((count) => Math.floor(count * factor)),
})
const lasted = (played: ReturnType<typeof play>): number =>
  played.reduce((sum, {step}) => sum + (step.do === 'wait' ? step.ms : 0), 0)

test('takes its steps, each for its time, as long as it does no worse', (t) => {
  const played = play(way, situation(), asked(counted(1000), counted(50)))
  t.deepEqual(told(played), ['start 1', 'shift 0.05', 'shift 0.5', 'promote'])
  t.is(lasted(played), 30_000)
  t.like(played[1]?.step, {do: 'shift', of: 2})
})

test('starts all its replicas before its first client', (t) => {
  t.deepEqual(told(play(way, situation({replicas: 3, live: 3}))).slice(0, 2), ['start 3', 'shift 0.05'])
})

test('with nothing live, it goes live at once', (t) => {
  t.deepEqual(told(play(way, situation({live: 0}))), ['start 1', 'promote'])
})

test('errors end it in its first step, at once, and it is said why', (t) => {
  const played = play(way, situation(), asked(counted(1000), counted(40, 2)))
  t.deepEqual(told(played), ['start 1', 'shift 0.05', 'abort CANARY_WORSE'])
  t.is(lasted(played), 1000, 'with its second error')
  const last = played.at(-1)?.step
  t.is(
    last?.do === 'abort' ? last.why : undefined,
    'worse than the live release in step 1 of 2 (5 % of the clients): 2 of 40 failed (5.0 %), of the live release 0 of 1000 failed (0.0 %); at most 1.0 % allowed',
  )
})

const errorsLater = (now: Situation) => asked(counted(1000), now.shifts < 2 ? counted(50) : counted(500, 25))(now)
test('errors that begin in a later step end it there', (t) => {
  t.deepEqual(told(play(way, situation(), errorsLater)), ['start 1', 'shift 0.05', 'shift 0.5', 'abort CANARY_WORSE'])
})

const slow = (now: Situation): Counts => ({
  ...counted(Math.floor(now.sinceMs / 10)),
  latency: [0, 0, 0, 0, 0, 0, 0, 0, 0, Math.floor(now.sinceMs / 10)],
})

test('slow answers end it only when the step is over: a process that has just started answers slowly', (t) => {
  const live = counted(10_000)
  const ever = (now: Situation): Situation => ({...now, counts: {live, candidate: slow(now)}})
  const played = play(way, situation(), ever)
  t.deepEqual(told(played), ['start 1', 'shift 0.05', 'abort CANARY_WORSE'])
  t.is(lasted(played), 10_000)

  const atFirst = (now: Situation): Situation => ({
    ...now,
    counts: {live, candidate: now.sinceMs < 9000 ? slow(now) : counted(1000)},
  })
  t.deepEqual(told(play(way, situation(), atFirst)), ['start 1', 'shift 0.05', 'shift 0.5', 'promote'])
})

test('too few requests make a step last longer, and not for ever', (t) => {
  const few = play(way, situation(), asked(counted(100), counted(1)))
  t.deepEqual(told(few), ['start 1', 'shift 0.05', 'shift 0.5', 'promote'])
  t.is(lasted(few), 40_000 + 50_000, 'to the end of its patience')
  const later = play(way, situation(), asked(counted(100), counted(4)))
  t.is(lasted(later), 12_500 + 20_000, 'until 50 requests have come')
})

test('where nobody asks anything, there is nothing to wait for', (t) => {
  t.is(lasted(play(way, situation())), 30_000)
})

const when = (asking: Situation['asked']) => (now: Situation) => ({
  ...now,
  asked: now.shifts === 1 && now.sinceMs >= 1000 ? asking : undefined,
})

test('promoted by hand it skips what is left, and given up by hand it ends', (t) => {
  t.deepEqual(told(play(way, situation(), when('promote'))), ['start 1', 'shift 0.05', 'promote'])
  t.deepEqual(told(play(way, situation(), when('abort'))), ['start 1', 'shift 0.05', 'abort ABORTED'])
})

test('its share only grows, whatever is counted, and it comes to its end', (t) => {
  const rates = fc.array(fc.record({live: fc.nat(200), candidate: fc.nat(200), errors: fc.nat(3)}), {minLength: 1})
  fc.assert(
    fc.property(rates, (all) => {
      let turn = 0
      const played = play(way, situation(), (now) => {
        const {live, candidate, errors} = all[turn++ % all.length] ?? {live: 0, candidate: 0, errors: 0}
        return {...now, counts: {live: counted(live), candidate: counted(candidate, Math.min(errors, candidate))}}
      })
      const weights = played.map(({situation: {weight}}) => weight)
      t.deepEqual(
        weights,
        weights.toSorted((a, b) => a - b),
      )
      t.true(lasted(played) <= 30_000 + 2 * 30_000)
    }),
  )
})
