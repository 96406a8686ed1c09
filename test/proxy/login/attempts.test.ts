import test from 'ava'

import {createAttempts} from '../../../src/proxy/login/attempts.ts'
import type {Attempts} from '../../../src/proxy/login/attempts.ts'

const wrong = (attempts: Attempts, address: string): boolean => {
  const attempt = attempts.begin(address)
  if (typeof attempt === 'number') return false
  attempt.end(false)
  return true
}

test('an address gets ten wrong passwords in five minutes, and is told when it may go on', (t) => {
  let nowMs = 1_000_000
  const attempts = createAttempts(() => nowMs)
  for (let count = 0; count < 10; count++) t.true(wrong(attempts, '192.0.2.1'))
  t.is(attempts.begin('192.0.2.1'), 300)
  t.true(wrong(attempts, '192.0.2.2'))
  nowMs += 299_000
  t.is(attempts.begin('192.0.2.1'), 1)
  nowMs += 1000
  t.true(wrong(attempts, '192.0.2.1'))
})

test('right ones are not counted', (t) => {
  const attempts = createAttempts(() => 0)
  for (let count = 0; count < 50; count++) {
    const attempt = attempts.begin('192.0.2.1')
    if (typeof attempt === 'number') return t.fail()
    attempt.end(true)
  }
  return t.pass()
})

test('of many at once four are looked at', (t) => {
  const attempts = createAttempts(() => 0)
  const begun = Array.from({length: 20}, () => attempts.begin('192.0.2.1'))
  t.is(begun.filter((attempt) => typeof attempt === 'object').length, 4)
  t.is(begun.at(-1), 1)
})

test('all addresses of an IPv6 network are one', (t) => {
  const attempts = createAttempts(() => 0)
  for (let count = 0; count < 10; count++) wrong(attempts, `2001:db8::${count + 1}`)
  t.is(typeof attempts.begin('2001:0db8:0:0:9::1'), 'number')
  t.is(typeof attempts.begin('2001:db8:0:1::1'), 'object')
})

test('many addresses together get two hundred', (t) => {
  const attempts = createAttempts(() => 0)
  let count = 0
  for (let host = 0; host < 250; host++) if (wrong(attempts, `10.0.0.${host}`)) count++
  t.is(count, 200)
})
