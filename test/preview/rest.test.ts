import test from 'ava'

import {decideRest} from '../../src/preview/rest.ts'
import type {RestingPreview} from '../../src/preview/rest.ts'

const minute = 60_000
const nowMs = 1000 * minute

const preview = (environment: string, more: Partial<RestingPreview> = {}): RestingPreview => ({
  project: 'shop',
  environment,
  pauseMs: 5 * minute,
  idleMs: 30 * minute,
  updatedMs: 0,
  pinned: false,
  resting: 'awake',
  usedMs: nowMs,
  busy: false,
  ...more,
})

const usedAgo = (minutes: number): Pick<RestingPreview, 'usedMs'> => ({usedMs: nowMs - minutes * minute})

const said = (previews: readonly RestingPreview[]): string[] =>
  decideRest(previews, nowMs).steps.map(({do: what, id, why}) => `${what} ${id.environment}: ${why}`)

test('one that nobody asks for is paused, then stopped', (t) => {
  t.deepEqual(said([preview('a', usedAgo(4.9))]), [])
  t.deepEqual(said([preview('a', usedAgo(5))]), ['pause a: idle'])
  t.deepEqual(said([preview('a', {...usedAgo(29), resting: 'paused'})]), [])
  t.deepEqual(said([preview('a', {...usedAgo(30), resting: 'paused'})]), ['stop a: idle'])
  t.deepEqual(said([preview('a', {...usedAgo(30)})]), ['stop a: idle'])
  t.deepEqual(said([preview('a', {...usedAgo(900), resting: 'asleep'})]), [])
})

test('who is served is left as it is, however long ago the request began', (t) => {
  t.deepEqual(said([preview('a', {...usedAgo(900), ttlMs: minute, busy: true})]), [])
})

test('one without times never rests, and is never removed', (t) => {
  const never = preview('a', {...usedAgo(900), pauseMs: undefined, idleMs: undefined})
  t.deepEqual(decideRest([never], nowMs), {steps: [], nextMs: undefined})
})

test('after its time one is removed, asleep or not, unless it is pinned', (t) => {
  const old = {...usedAgo(60), ttlMs: 60 * minute}
  t.deepEqual(said([preview('a', old)]), ['remove a: ttl'])
  t.deepEqual(said([preview('a', {...old, resting: 'asleep'})]), ['remove a: ttl'])
  t.deepEqual(said([preview('a', {...old, pinned: true})]), ['stop a: idle'])
})

test('beyond the number of those awake, paused ones among them, the least recently used are stopped first', (t) => {
  const all = [
    preview('a', {...usedAgo(1), running: 2, updatedMs: 1}),
    preview('b', {...usedAgo(6), resting: 'paused'}),
    preview('c', usedAgo(3)),
    preview('d', {...usedAgo(60), resting: 'asleep'}),
    preview('other', {...usedAgo(4), project: 'docs', running: 1}),
  ]
  t.deepEqual(said(all), ['stop b: running'])
})

test('who is busy counts, and another one goes', (t) => {
  const all = [preview('a', {...usedAgo(4), running: 1, busy: true}), preview('b', {...usedAgo(1), running: 1})]
  t.deepEqual(said(all), ['stop b: running'])
})

test('one that is stopped anyway makes room, and one that was to be paused is stopped where there is none', (t) => {
  const limits = {running: 1}
  t.deepEqual(said([preview('a', {...limits, ...usedAgo(40)}), preview('b', limits)]), ['stop a: idle'])
  t.deepEqual(said([preview('a', {...limits, ...usedAgo(6)}), preview('b', limits)]), ['stop a: running'])
})

test('beyond the memory the least recently used are stopped until there is enough', (t) => {
  const limits = {memoryBytes: 500}
  const all = [
    preview('a', {...limits, ...usedAgo(3), usesBytes: 200}),
    preview('b', {...limits, ...usedAgo(2), usesBytes: 200}),
    preview('c', {...limits, ...usedAgo(1), usesBytes: 200}),
  ]
  t.deepEqual(said(all), ['stop a: memory'])
  t.deepEqual(said(all.map((one) => ({...one, usesBytes: undefined}))), [])
})

test('the limits are those that were said last', (t) => {
  const all = [
    preview('a', {...usedAgo(1), running: 1, updatedMs: 1}),
    preview('b', {...usedAgo(2), running: 9, updatedMs: 2}),
  ]
  t.deepEqual(said(all), [])
})

test('it is known when the next step is due, if nobody asks before', (t) => {
  const next = (previews: readonly RestingPreview[]) => {
    const {nextMs} = decideRest(previews, nowMs)
    return nextMs && (nextMs - nowMs) / minute
  }
  t.is(next([preview('a'), preview('b', usedAgo(3))]), 2)
  t.is(next([preview('a', {resting: 'paused', ...usedAgo(6)})]), 24)
  t.is(next([preview('a', {resting: 'asleep', ...usedAgo(60)})]), undefined)
  t.is(next([preview('a', {resting: 'asleep', ...usedAgo(60), ttlMs: 90 * minute})]), 30)
})
