import test from 'ava'

import {plainQuantity, quantity} from '../../../../src/parity/sides/kubernetes/quantity.ts'

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
  ['5.', 5],
  ['1e-3', 0.001],
  ['1Ti', 2 ** 40],
  ['2199023255553', 2_199_023_255_553],
  ['1209462790550', 1_209_462_790_550],
  ['1.1Ti', 1_209_462_790_553.6],
  ['0.1n', 1e-9],
  ['-1', -1],
  ['.', undefined],
  ['1e999', undefined],
  ['', undefined],
  ['12 Mi', undefined],
  ['many', undefined],
  ['1Mib', undefined],
]

for (const [text, value] of amounts)
  test(`${JSON.stringify(text)} is ${value ?? 'no quantity'}`, (t) => t.is(quantity(text), value))

test('the same amount has the same words, however many digits it has', (t) => {
  t.is(plainQuantity('1Gi'), plainQuantity('1024Mi'))
  t.is(plainQuantity('0.3Gi'), plainQuantity('322122547200m'))
  t.not(plainQuantity('9007199254740992'), plainQuantity('9007199254740993'))
  t.is(plainQuantity('many'), 'many')
})
