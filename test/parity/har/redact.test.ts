import test from 'ava'

import {entryOf} from '../../../src/parity/har/entry.ts'
import {redactEntries} from '../../../src/parity/har/redact/redact.ts'
import {exchange} from './exchange.ts'

type Given = Parameters<typeof exchange>[0]

const redactedOf = async (given: Given, names: readonly string[] = []) => {
  const [entry] = redactEntries([await entryOf(exchange(given))], names)
  return {entry: entry!, text: JSON.stringify(entry)}
}

const secret = 'hunter2-and-more'

for (const [place, given] of [
  ['a cookie', {requestHeaders: ['Cookie', `theme=dark; sid=${secret}1`]}],
  ['a cookie that is set', {headers: ['Set-Cookie', `sid=${secret}1; HttpOnly`]}],
  ['an authorization', {requestHeaders: ['AUTHORIZATION', `Bearer ${secret}`]}],
  ['a header that is called so', {requestHeaders: ['X-Auth-Token', secret]}],
  ['a header of an answer', {headers: ['X-Session-Token', secret]}],
  ['a query', {url: `http://shop.localhost/a?b=c&access_token=${secret}`}],
  ['the address before', {requestHeaders: ['Referer', `http://shop.localhost/?token=${secret}`]}],
  ['a redirect', {headers: ['Location', `/callback#id_token=${secret}`]}],
  ['an address with a password', {requestHeaders: ['Referer', `http://user:${secret}@shop.localhost/`]}],
  [
    'a form',
    {
      method: 'POST',
      requestHeaders: ['Content-Type', 'application/x-www-form-urlencoded'],
      requestBody: `user=ann&password=${secret}`,
    },
  ],
  [
    'a form with files',
    {
      method: 'POST',
      requestHeaders: ['Content-Type', 'multipart/form-data; boundary=xx'],
      requestBody: `--xx\r\nContent-Disposition: form-data; name="user"\r\n\r\nann\r\n--xx\r\nContent-Disposition: form-data; name="password"\r\n\r\n${secret}\r\n--xx--\r\n`,
    },
  ],
  [
    'a form with a file that is no text',
    {
      method: 'POST',
      requestHeaders: ['Content-Type', 'multipart/form-data; boundary=xx'],
      requestBody: Buffer.from(
        `--xx\r\nContent-Disposition: form-data; name="password"\r\n\r\n${secret}\r\n--xx\r\nContent-Disposition: form-data; name="f"\r\n\r\n\u0000\u00ff\r\n--xx--\r\n`,
        'latin1',
      ),
    },
  ],
  [
    'JSON',
    {
      method: 'POST',
      requestHeaders: ['Content-Type', 'application/json'],
      requestBody: JSON.stringify({user: {name: 'ann', newPassword: secret}}),
    },
  ],
  [
    'an answer of JSON',
    {headers: ['Content-Type', 'application/json'], body: JSON.stringify({list: [{apiKey: secret}]})},
  ],
  ['JSON that is none', {headers: ['Content-Type', 'application/json'], body: `{"password": "${secret}", oops`}],
  [
    'a page',
    {
      headers: ['Content-Type', 'text/html'],
      body: `<form><input type="hidden" name="csrf_token" value="${secret}"></form>`,
    },
  ],
  ['a script', {headers: ['Content-Type', 'text/javascript'], body: `const options = {apiKey: '${secret}'}`}],
] as const satisfies readonly (readonly [string, Given])[])
  test(`a secret in ${place} is not kept`, async (t) => {
    const {text} = await redactedOf(given)
    t.false(text.includes(secret), text)
    t.false(text.includes(Buffer.from(secret).toString('base64').slice(4, -4)), text)
    t.true(text.includes('redacted') || place === 'an address with a password' || text.includes('W3JlZGFjdGVkX'))
  })

test('what is known by its form is not kept wherever it is', async (t) => {
  const token = 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'
  const {text} = await redactedOf({body: `see ${token} there`})
  t.false(text.includes(token))
  t.true(text.includes('see [redacted] there'))
})

test('a secret goes wherever else it is: in another entry, coded for an address, in plain text', async (t) => {
  const password = 'open sesame 42'
  const entries = await Promise.all([
    entryOf(exchange({body: `logged in with ${password}`, url: `http://x/echo/${encodeURIComponent(password)}`})),
    entryOf(
      exchange({requestHeaders: ['Authorization', `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`]}),
    ),
  ])
  const text = JSON.stringify(redactEntries(entries, []))
  t.false(/sesame/.test(text))
  t.true(text.includes('logged in with [redacted]'))
})

test('names that are asked for are taken out, in any case, everywhere', async (t) => {
  const {text, entry} = await redactedOf(
    {
      url: 'http://x/?Email=ann%40example.org&page=2',
      requestHeaders: ['X-Customer', '4711-00815'],
      headers: ['Content-Type', 'application/json'],
      body: JSON.stringify({email: 'ann@example.org', page: 2}),
    },
    ['email', 'x-customer'],
  )
  t.false(/ann@|ann%40|4711-00815/.test(text))
  t.is(entry.response.content.text, '{"email":"[redacted]","page":2}')
  t.is(entry.request.url, 'http://x/?Email=%5Bredacted%5D&page=2')
})

test('what is no secret stays as it is', async (t) => {
  const given: Given = {
    url: 'http://shop.localhost/a?page=2&sort=key',
    requestHeaders: ['Accept', 'text/html', 'User-Agent', 'x/1', 'Sec-WebSocket-Key', 'x'],
    headers: ['Content-Type', 'text/html', 'Cache-Control', 'no-store', 'ETag', '"a1b2"'],
    body: '<p class="a">Hello, world: 3 = 3</p>',
  }
  const entry = await entryOf(exchange(given))
  t.deepEqual(redactEntries([entry], []), [entry])
})
