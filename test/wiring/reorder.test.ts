import test from 'ava'

import {reorder} from '../../src/wiring/reorder.ts'

test.serial('what comes within a moment is given on together, by time; what comes after it, later', async (t) => {
  t.timeout(5000)
  const {promise, resolve} = Promise.withResolvers<void>()
  const given: number[] = []
  const order = reorder<number>(
    10,
    (time) => time,
    (time) => {
      given.push(time)
      if (given.length === 3) resolve()
    },
  )
  for (const time of [3, 1, 2]) order.add(time)
  t.deepEqual(given, [])
  await promise
  t.deepEqual(given, [1, 2, 3])
  order.add(0)
  t.deepEqual(given, [1, 2, 3])
  order[Symbol.dispose]()
  t.deepEqual(given, [1, 2, 3, 0])
})

test('what has no moment is given on at the end, and of what is equal the first comes first', (t) => {
  const given: string[] = []
  {
    using order = reorder<readonly [number, string]>(
      Infinity,
      ([time]) => time,
      ([, name]) => given.push(name),
    )
    order.add([2, 'c'])
    order.add([1, 'a'])
    order.add([1, 'b'])
    t.deepEqual(given, [])
  }
  t.deepEqual(given, ['a', 'b', 'c'])
})
