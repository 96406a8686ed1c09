import test from 'ava'
import * as fc from 'fast-check'

import type {StrategySettings} from '../../src/strategy/settings.ts'
import {play, situation, told} from './situation.ts'

const rolling = (surge: number, unavailable: number) =>
  ({strategy: {kind: 'rolling', surge, unavailable} satisfies StrategySettings, mirror: undefined}) as const

test('one replica at a time, beside the old ones, each with its equal part of the traffic', (t) => {
  const played = play(rolling(1, 0), situation({replicas: 3, live: 3}))
  t.deepEqual(told(played), ['start 1', 'shift 0.25', 'rest 1', 'start 1', 'shift 0.5', 'rest 1', 'start 1', 'promote'])
})

test('without room for one more, an old one goes first, and the last follows the promotion', (t) => {
  const played = play(rolling(0, 1), situation({replicas: 3, live: 3}))
  t.deepEqual(told(played), ['rest 1', 'start 1', 'shift 0.333', 'rest 1', 'start 1', 'shift 0.667', 'promote'])
  t.is(played.at(-1)?.situation.candidate, 2)
})

test('with room for all of them at once it is as blue-green', (t) => {
  t.deepEqual(told(play(rolling(3, 0), situation({replicas: 3, live: 3}))), ['start 3', 'promote'])
  t.deepEqual(told(play(rolling(1, 0), situation())), ['start 1', 'promote'])
})

test('a single replica is replaced by a second one, whatever the settings', (t) => {
  t.deepEqual(told(play(rolling(0, 1), situation())), ['start 1', 'promote'])
})

test('a first release, and another number of replicas', (t) => {
  t.deepEqual(told(play(rolling(1, 0), situation({replicas: 3, live: 0}))), ['start 3', 'promote'])
  t.deepEqual(told(play(rolling(1, 0), situation({replicas: 3, live: 1}))), ['start 3', 'promote'])
  t.deepEqual(told(play(rolling(1, 0), situation({replicas: 1, live: 3}))), ['rest 2', 'start 1', 'promote'])
})

test('never more run and never fewer serve than the settings allow, and it comes to its end', (t) => {
  const numbers = fc.record({
    replicas: fc.integer({min: 1, max: 8}),
    live: fc.nat(8),
    surge: fc.nat(4),
    unavailable: fc.nat(4),
  })
  fc.assert(
    fc.property(numbers, ({replicas, live, surge, unavailable}) => {
      const missing = Math.min(unavailable, replicas - 1)
      const beyond = surge === 0 && missing === 0 ? 1 : surge
      const played = play(rolling(surge, unavailable), situation({replicas, live}))
      t.is(played.at(-1)?.step.do, 'promote')
      for (const {step, situation: now} of played) {
        if (step.do === 'start') t.true(now.live + now.candidate + step.replicas <= replicas + beyond)
        if (step.do === 'rest') {
          t.true(now.live + now.candidate - step.replicas >= replicas - missing)
          t.true(now.live - step.replicas >= 1, 'there is a release to give the traffic back to')
        }
        if (step.do === 'promote') t.true(now.candidate >= replicas - missing)
        if (step.do === 'shift' || step.do === 'rest') t.true(step.weight >= 0 && step.weight < 1)
      }
    }),
  )
})
