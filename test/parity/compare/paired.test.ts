import test from 'ava'

import {paired} from '../../../src/parity/compare/paired.ts'

const pairs = (a: number[], b: number[]) => [...paired({a, b}, (left, right) => left - right)]

test('what both have comes together and the rest by itself, in order, whatever order the sides are in', (t) => {
  const expected = [{a: 1, b: 1}, {b: 2}, {a: 3}, {a: 4, b: 4}]
  t.deepEqual(pairs([1, 3, 4], [1, 2, 4]), expected)
  t.deepEqual(pairs([4, 1, 3], [2, 4, 1]), expected)
  t.deepEqual(pairs([], [2, 1]), [{b: 1}, {b: 2}])
  t.deepEqual(pairs([1], []), [{a: 1}])
  t.deepEqual(pairs([], []), [])
})

test('what a side has twice is paired once', (t) => {
  t.deepEqual(pairs([1, 1], [1]), [{a: 1, b: 1}, {a: 1}])
})
