import test from 'ava'

import {releaseArgument} from '../../src/terminal/arguments.ts'

test('a release is given by its name or its number', (t) => {
  t.is(releaseArgument('r12-3fa9c1e'), 'r12-3fa9c1e')
  t.is(releaseArgument('r12'), 'r12')
  t.is(releaseArgument(undefined), undefined)
})

for (const text of ['12', 'r', 'r12-', 'r12-3fa9c1', 'live', ''])
  test(`"${text}" is wrong usage`, (t) => {
    t.throws(() => releaseArgument(text), {code: 'USAGE'})
  })
