import {randomBytes} from 'node:crypto'

import test from 'ava'

import {readToken, signToken} from '../../../src/proxy/login/token.ts'

const key = randomBytes(32)
const nowMs = Date.parse('2026-11-28T10:00:00Z')
const grant = {project: 'shop', environment: 'login', expiresMs: nowMs + 60_000}

test('a token opens what it was signed for, until it expires', (t) => {
  const token = signToken(key, 'link', grant)
  t.deepEqual(readToken(key, 'link', token, nowMs), grant)
  t.deepEqual(readToken(key, 'link', token, grant.expiresMs - 1), grant)
  t.is(readToken(key, 'link', token, grant.expiresMs), undefined)
})

test('no two tokens are the same', (t) => {
  t.not(signToken(key, 'link', grant), signToken(key, 'link', grant))
})

test('a token of another key, of another kind, or with any character changed opens nothing', (t) => {
  const token = signToken(key, 'link', grant)
  t.is(readToken(randomBytes(32), 'link', token, nowMs), undefined)
  t.is(readToken(key, 'session', token, nowMs), undefined)
  const last = token.length - 1
  for (let at = 0; at < last; at++) {
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
    t.is(readToken(key, 'link', changed, nowMs), undefined, `at ${at}`)
  }
})

test('what is no token opens nothing', (t) => {
  const token = signToken(key, 'link', grant)
  const [text = '', mac = ''] = token.split('.')
  for (const wrong of [
    '',
    '.',
    '..',
    text,
    `${text}.`,
    `.${mac}`,
    `${token}.`,
    `${token}.${mac}`,
    ` ${token}`,
    'x'.repeat(5000),
  ])
    t.is(readToken(key, 'link', wrong, nowMs), undefined, wrong.slice(0, 40))
})
