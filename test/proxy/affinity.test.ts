import test from 'ava'
import * as fc from 'fast-check'

import {nextToken, setCookie, tokenOf, withoutAffinity} from '../../src/proxy/affinity.ts'

test('a token comes back from its cookie as it was drawn', (t) => {
  let token = 0.123
  for (let client = 0; client < 1000; client++) {
    token = nextToken(token)
    const cookie = setCookie(token)
    t.regex(cookie, /^imm-release=0\.\d{10}; Path=\/; SameSite=Lax; HttpOnly$/)
    t.is(tokenOf(`a=b; ${cookie.split(';', 1)[0]}; c=d`), token)
  }
})

test('tokens of any number of clients one after the other fall into a share as often as it says, give or take four', (t) => {
  fc.assert(
    fc.property(
      fc.double({min: 0, max: 0.999, noNaN: true}),
      fc.double({min: 0, max: 1, noNaN: true}),
      fc.integer({min: 1, max: 2000}),
      (start, share, clients) => {
        let token = start
        let inside = 0
        for (let client = 0; client < clients; client++) {
          token = nextToken(token)
          if (token < share) inside++
        }
        return Math.abs(inside - share * clients) <= 4
      },
    ),
    {numRuns: 300},
  )
  t.pass()
})

test('what is none of our tokens is none', (t) => {
  for (const cookie of [
    undefined,
    '',
    'imm-release=',
    'imm-release=1',
    'imm-release=1.5',
    'imm-release=-0.5',
    'imm-release=0.5e9',
    'imm-release=r12-3fa9c1e',
    'not-imm-release=0.5',
    'imm-release-too=0.5',
    'a=imm-release=0.5',
  ])
    t.is(tokenOf(cookie), undefined, cookie)
  t.is(tokenOf('imm-release=0.5'), 0.5)
  t.is(tokenOf('a=b;imm-release=0.25;c=d'), 0.25)
})

test('of the cookies only ours is taken away', (t) => {
  t.is(withoutAffinity('a=b; c=d'), 'a=b; c=d')
  t.is(withoutAffinity('imm-release=0.5'), undefined)
  t.is(withoutAffinity('imm-release=0.5; a=b'), 'a=b')
  t.is(withoutAffinity('a=b; imm-release=0.5; c="d e"'), 'a=b; c="d e"')
  t.is(withoutAffinity('a=imm-release; imm-release-too=x'), 'a=imm-release; imm-release-too=x')
})
