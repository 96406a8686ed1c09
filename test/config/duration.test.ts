import test from 'ava'
import * as fc from 'fast-check'

import {parseDuration} from '../../src/config/duration.ts'

test('reads durations with their units', (t) => {
  t.is(parseDuration('10s'), 10_000)
  t.is(parseDuration('250ms'), 250)
  t.is(parseDuration('1m'), 60_000)
  t.is(parseDuration('1m30s'), 90_000)
  t.is(parseDuration('1h2m3s4ms'), 3_723_004)
  t.is(parseDuration('1.5s'), 1500)
  t.is(parseDuration('0s'), 0)
})

for (const text of ['', '10', 's', '10 s', '-1s', '1s1m', '1s1s', 'ten', '1e3s', '.5s', '10S', '1d', ' 1s', '1s\n']) {
  test(`takes ${JSON.stringify(text)} for no duration`, (t) => {
    t.is(parseDuration(text), undefined)
  })
}

test('is the sum of its parts, for all of them', (t) => {
  const part = fc.option(fc.nat(100_000), {nil: undefined})
  fc.assert(
    fc.property(part, part, part, part, (h, m, s, ms) => {
      fc.pre([h, m, s, ms].some((value) => value !== undefined))
      const text = [h, m, s, ms].map((value, index) =>
        value === undefined ? '' : `${value}${['h', 'm', 's', 'ms'][index]}`,
      )
      t.is(parseDuration(text.join('')), (h ?? 0) * 3_600_000 + (m ?? 0) * 60_000 + (s ?? 0) * 1000 + (ms ?? 0))
    }),
  )
})

test('never makes anything but a whole number of any text', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const ms = parseDuration(text)
      t.true(ms === undefined || (Number.isInteger(ms) && ms >= 0))
    }),
  )
})
