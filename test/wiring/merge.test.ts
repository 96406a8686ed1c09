import test from 'ava'

import {merge} from '../../src/wiring/merge.ts'

const byNumber = (a: readonly [number, string], b: readonly [number, string]) => a[0] - b[0]

test('what comes first of all heads is next, and each list keeps its own order, whatever its numbers say', (t) => {
  const lists = [
    [
      [1, 'a'],
      [4, 'b'],
      // A clock was set back.
      [2, 'c'],
    ],
    [],
    [
      [1, 'd'],
      [3, 'e'],
      [5, 'f'],
    ],
  ] as const
  t.is(
    merge<readonly [number, string]>(lists, byNumber)
      .map(([, name]) => name)
      .join(''),
    'adebcf',
  )
  t.deepEqual(merge([], byNumber), [])
})
