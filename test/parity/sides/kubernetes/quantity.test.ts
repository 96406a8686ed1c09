import test from 'ava'

import {quantity} from '../../../../src/parity/sides/kubernetes/quantity.ts'

const amounts: readonly [string, number | undefined][] = [
  ['512Mi', 512 * 2 ** 20],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['1G', 1e9],
  ['129M', 129e6],
  ['123e6', 123e6],
  ['2E', 2e18],
  ['128974848', 128_974_848],
  ['500m', 0.5],
  ['100m', 0.1],
  ['.5', 0.5],
  ['2', 2],
  ['', undefined],
  ['12 Mi', undefined],
  ['many', undefined],
  ['1Mib', undefined],
]

for (const [text, value] of amounts)
  test(`${JSON.stringify(text)} is ${value ?? 'no quantity'}`, (t) => t.is(quantity(text), value))
