import test from 'ava'

import type {Dependency} from '../../../../src/parity/facts.ts'
import {betweenImages, outline} from '../found.ts'

const qs = (version: string, more: Partial<Dependency> = {}): Dependency => ({
  ecosystem: 'npm',
  name: 'qs',
  version,
  scope: '/app',
  source: 'installed',
  ...more,
})

const between = (a: readonly Dependency[], b: readonly Dependency[]) =>
  betweenImages({dependencies: a}, {dependencies: b})

test('several versions of a library in one application are compared as a set', (t) => {
  t.deepEqual(between([qs('1.0.0'), qs('2.0.0')], [qs('2.0.0'), qs('1.0.0')]), [])
  const [found] = between([qs('1.0.0'), qs('2.0.0')], [qs('2.0.0')])
  t.deepEqual([found?.rule, found?.a, found?.b], ['dependency.version', '1.0.0, 2.0.0', '2.0.0'])
})

test('applications in one image are compared each by itself', (t) => {
  t.deepEqual(
    outline(between([qs('1.0.0'), qs('1.0.0', {scope: '/web'})], [qs('1.0.0'), qs('1.0.1', {scope: '/web'})])),
    ['dependency.version.patch npm:qs in /web'],
  )
})

const lock = (version: string) =>
  Array.from({length: 30}, (_, at) => qs(version, {name: `x${String(at).padStart(2, '0')}`, source: 'lock'}))

test('what a lock file demands is one finding with the first ten', (t) => {
  const [found, ...more] = between(lock('1.0.0'), lock('1.1.0'))
  t.deepEqual([found?.rule, found?.subject, more], ['dependency.lock', 'npm in /app', []])
  t.is(found?.message, 'the lock file of npm in /app demands 30 libraries otherwise in A than in B')
  t.deepEqual([found?.details?.length, found?.details?.[0]], [10, 'x00 1.0.0 -> 1.1.0'])
})

test('a lock file on one side alone says nothing of libraries: it is a file that is missing', (t) => {
  t.deepEqual(between([qs('1.0.0', {source: 'lock'}), qs('1.0.0')], [qs('1.0.0')]), [])
})
