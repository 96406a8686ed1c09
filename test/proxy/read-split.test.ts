import test from 'ava'

import {readSplit} from '../../src/proxy/read-split.ts'
import {targetAt} from './kit/upstream.ts'

const [one, two] = [targetAt(1, 1), targetAt(2, 2)]

test('a split is read as it was sent', (t) => {
  const split = {
    portions: [
      {targets: [one, {...one, instance: 'replica'}], weight: 0.7},
      {targets: [two], weight: 0.3},
    ],
    mirror: {targets: [targetAt(3, 3)], share: 0.5},
  }
  t.deepEqual(readSplit(JSON.parse(JSON.stringify(split))), split as never)
  t.is(readSplit({portions: [{targets: [one], weight: 1}]}).mirror, undefined)
})

for (const [what, split] of [
  ['without portions', {portions: []}],
  ['of a portion without targets', {portions: [{targets: [], weight: 1}]}],
  ['whose weights don’t add up', {portions: [{targets: [one], weight: 0.5}]}],
  [
    'that gives the live one nothing',
    {
      portions: [
        {targets: [one], weight: 0},
        {targets: [two], weight: 1},
      ],
    },
  ],
  [
    'with a weight below nothing',
    {
      portions: [
        {targets: [one], weight: 1.5},
        {targets: [two], weight: -0.5},
      ],
    },
  ],
  ['with a weight that is no number', {portions: [{targets: [one], weight: '1'}]}],
  ['of two releases in one portion', {portions: [{targets: [one, two], weight: 1}]}],
  [
    'of one release in two portions',
    {
      portions: [
        {targets: [one], weight: 0.5},
        {targets: [one], weight: 0.5},
      ],
    },
  ],
  ['that mirrors to what is live', {portions: [{targets: [one], weight: 1}], mirror: {targets: [one], share: 1}}],
  ['that copies more than there is', {portions: [{targets: [one], weight: 1}], mirror: {targets: [two], share: 2}}],
] as const)
  test(`a split ${what} is refused`, (t) => {
    t.throws(() => readSplit(split), {code: 'USAGE'})
  })
