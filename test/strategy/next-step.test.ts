import test from 'ava'

import {wayOf, type Way} from '../../src/strategy/next-step.ts'
import type {MirrorSettings, StrategySettings} from '../../src/strategy/settings.ts'
import type {Situation} from '../../src/strategy/step.ts'
import {play, situation, told} from './situation.ts'

const blueGreen: StrategySettings = {kind: 'blue-green'}
const recreate: StrategySettings = {kind: 'recreate'}
const rolling: StrategySettings = {kind: 'rolling', surge: 0, unavailable: 1}
const canary: StrategySettings = {
  kind: 'canary',
  steps: [{weight: 0.05, timeMs: 1000}],
  limits: {minRequests: 50, errorShare: 0.01, latencyFactor: 2, latencyMs: 100},
  waitMs: 0,
}
const mirror: MirrorSettings = {share: 1, timeMs: 5000, requests: 100, reject: false}
const plain = (strategy: StrategySettings): Way => ({strategy, mirror: undefined})

test('blue-green starts all replicas, then takes all of the traffic', (t) => {
  t.deepEqual(told(play(plain(blueGreen), situation())), ['start 1', 'promote'])
  t.deepEqual(told(play(plain(blueGreen), situation({replicas: 3, live: 0}))), ['start 3', 'promote'])
})

test('recreate ends what runs before it starts anything', (t) => {
  t.deepEqual(told(play(plain(recreate), situation({replicas: 2, live: 2}))), ['clear', 'start 2', 'promote'])
})

test('recreate ends also what is only paused, and needs no end of anything where nothing is', (t) => {
  t.deepEqual(told(play(plain(recreate), situation({live: 0}))), ['clear', 'start 1', 'promote'])
  t.deepEqual(told(play(plain(recreate), situation({live: 0, alone: true}))), ['start 1', 'promote'])
})

const givenUp = (now: Situation) => ({...now, asked: now.candidate > 0 ? ('abort' as const) : undefined})
const promoted = (now: Situation) => ({...now, asked: 'promote' as const})

test('whatever the strategy, it can be given up until it is live', (t) => {
  for (const strategy of [blueGreen, recreate, rolling, canary]) {
    t.is(told(play(plain(strategy), situation(), givenUp)).at(-1), 'abort ABORTED')
  }
})

test('copies come after the proof and before the first client, for their time', (t) => {
  for (const strategy of [blueGreen, canary]) {
    const played = play({strategy, mirror}, situation())
    t.deepEqual(told(played).slice(0, 3), ['start 1', 'mirror', 'report'])
    t.is(told(played).at(-1), 'promote')
  }
  const played = play({strategy: blueGreen, mirror}, situation())
  t.is(
    played.reduce((sum, {step}) => sum + (step.do === 'wait' ? step.ms : 0), 0),
    5000,
  )
  t.deepEqual(told(play({strategy: rolling, mirror}, situation({replicas: 2, live: 2}))), [
    'rest 1',
    'start 1',
    'mirror',
    'report',
    'shift 0.5',
    'promote',
  ])
})

const compared = (requests: number, differing: number) => (now: Situation) => ({
  ...now,
  mirror: now.mirror.state === 'on' ? {...now.mirror, requests, differing} : now.mirror,
})

test('copies end early with enough answers, or when somebody promotes', (t) => {
  const enough = play({strategy: blueGreen, mirror}, situation(), compared(100, 0))
  t.deepEqual(told(enough), ['start 1', 'mirror', 'report', 'promote'])
  t.false(enough.some(({step}) => step.do === 'wait'))
  t.deepEqual(told(play({strategy: canary, mirror}, situation(), promoted)), ['start 1', 'mirror', 'report', 'promote'])
})

test('answers that differ are told, and stop nothing', (t) => {
  const played = play({strategy: blueGreen, mirror}, situation(), compared(10, 3))
  t.deepEqual(told(played), ['start 1', 'mirror', 'report', 'promote'])
})

test('answers that differ reject a release where that is wanted: told first, without waiting', (t) => {
  const played = play({strategy: blueGreen, mirror: {...mirror, reject: true}}, situation(), compared(10, 3))
  t.deepEqual(told(played), ['start 1', 'mirror', 'report', 'abort MIRROR_DIFFERS'])
  t.false(played.some(({step}) => step.do === 'wait'))
  const last = played.at(-1)?.step
  t.regex(last?.do === 'abort' ? last.why : '', /^3 of 10 compared answers differ/)
})

test('with nothing live there is nothing to copy', (t) => {
  t.deepEqual(told(play({strategy: blueGreen, mirror}, situation({live: 0}))), ['start 1', 'promote'])
})

test('a change takes its own way, with copies', (t) => {
  t.deepEqual(wayOf('change', {strategy: canary, mirror}, blueGreen), {strategy: canary, mirror})
})

test('a rollback is not tried out, and a replacement is live already', (t) => {
  t.deepEqual(wayOf('rollback', {strategy: canary, mirror}, canary), plain(blueGreen))
  t.deepEqual(wayOf('rollback', {strategy: rolling, mirror}, rolling), plain(rolling))
  for (const strategy of [canary, rolling, recreate])
    t.deepEqual(wayOf('replace', {strategy, mirror}, strategy), plain(blueGreen))
})

test("what can't run twice doesn't, neither beside its predecessor nor beside its successor", (t) => {
  for (const cause of ['change', 'rollback'] as const) {
    t.deepEqual(wayOf(cause, {strategy: recreate, mirror}, canary), plain(recreate))
    t.deepEqual(wayOf(cause, {strategy: canary, mirror}, recreate), plain(recreate))
  }
})
