import test from 'ava'

import {plainHeaders} from '../../../../src/parity/sides/web/headers.ts'

const url = new URL('https://staging.example/')
const policy = (value: string) => told('content-security-policy', value)
const told = (name: string, value: string) => plainHeaders({[name]: value}, url)[name]

test('what is another with each answer is told as being there, and nothing more', (t) => {
  t.deepEqual(
    plainHeaders(
      {
        date: 'Sat, 28 Nov 2026 13:36:02 GMT',
        etag: 'W/"1"',
        'x-request-id': '7',
        'content-length': '12',
        'content-type': 'text/html',
        'cache-control': 'max-age=60',
      },
      url,
    ),
    {
      'cache-control': 'max-age=60',
      'content-length': '(varies)',
      'content-type': 'text/html',
      date: '(varies)',
      etag: '(varies)',
      'x-request-id': '(varies)',
    },
  )
})

test("the connection's own headers and imm's mark are left out", (t) => {
  t.deepEqual(
    plainHeaders(
      {connection: 'close', 'keep-alive': 'timeout=5', 'transfer-encoding': 'chunked', 'x-imm-release': 'r1'},
      url,
    ),
    {},
  )
})

test('of a cookie the name and what it is bound to are told, never its value', (t) => {
  const headers = plainHeaders(
    {
      'set-cookie': [
        'session=s3cr3t; Path=/; HttpOnly; Secure; SameSite=Lax',
        'a=b; Expires=Sat, 28 Nov 2026 13:36:02 GMT',
      ],
    },
    url,
  )
  t.is(headers['set-cookie'], 'a=(hidden), session=(hidden); httponly; path=/; samesite=Lax; secure')
})

test('what holds a secret is there, and not told', (t) => {
  t.is(told('x-csrf-token', 'q8Zr41mPq0aV7tYx93Lk'), '(hidden)')
  t.is(told('www-authenticate', 'Basic realm="staging"'), 'Basic realm="staging"')
})

test('a redirect on the same host is its path, and what is in its query is not told', (t) => {
  t.is(told('location', 'https://staging.example/login?next=%2F&state=x1'), '/login?next&state')
  t.is(told('location', '/login'), '/login')
  t.is(told('location', 'https://sso.example/start?state=x1'), 'https://sso.example/start?state')
})

test('two nonces of a policy are the same, two policies are not', (t) => {
  t.is(policy("script-src 'nonce-a1'"), policy("script-src 'nonce-b2'"))
  t.not(policy("script-src 'nonce-a1'"), policy("script-src 'self'"))
})
