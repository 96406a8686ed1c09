import test from 'ava'
import * as fc from 'fast-check'

import {parseSize} from '../../src/config/size.ts'

test('reads sizes as Docker does, in powers of 1024', (t) => {
  t.is(parseSize('512m'), 536_870_912)
  t.is(parseSize('1g'), 1_073_741_824)
  t.is(parseSize('512MiB'), 536_870_912)
  t.is(parseSize('512MB'), 536_870_912)
  t.is(parseSize('1.5g'), 1_610_612_736)
  t.is(parseSize('100b'), 100)
  t.is(parseSize('1 GiB'), 1_073_741_824)
})

for (const text of ['', '512', 'm', '-1m', '1x', '1mm', '1 m b', '1e3m', '.5g', '512m\n']) {
  test(`takes ${JSON.stringify(text)} for no size`, (t) => {
    t.is(parseSize(text), undefined)
  })
}

test('grows with its number and its unit', (t) => {
  const amount = fc.integer({min: 1, max: 1000})
  fc.assert(
    fc.property(amount, amount, fc.nat(3), (a, b, unit) => {
      const [small = '', large = ''] = ['bkmg'[unit], 'kmgt'[unit]]
      t.is(parseSize(`${a}${large}`), 1024 * (parseSize(`${a}${small}`) ?? Number.NaN))
      t.is((parseSize(`${a}${small}`) ?? 0) < (parseSize(`${b}${small.toUpperCase()}iB`) ?? 0), a < b)
    }),
  )
})
