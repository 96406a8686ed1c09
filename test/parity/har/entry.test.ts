import {brotliCompressSync, gzipSync} from 'node:zlib'

import test from 'ava'

import {entryOf} from '../../../src/parity/har/entry.ts'
import {harEntry} from '../../../src/parity/har/har.ts'
import {exchange} from './exchange.ts'

test('an exchange becomes an entry with all that HAR 1.2 asks for, and the release', async (t) => {
  const entry = await entryOf(
    exchange({
      method: 'POST',
      url: 'http://shop.localhost:7070/a?b=c%20d&b=e',
      requestHeaders: ['Host', 'x', 'Content-Type', 'text/plain', 'Cookie', 'a=b; c=d=e'],
      requestBody: 'asked',
      headers: ['Content-Type', 'text/plain; charset=utf-8', 'Set-Cookie', 'f=g; Path=/', 'Location', '/there'],
      body: 'grüß',
      status: 302,
      reason: 'Found',
    }),
  )
  t.deepEqual(entry, harEntry.parse(JSON.parse(JSON.stringify(entry))))
  t.like(entry, {
    startedDateTime: '2026-01-02T03:04:05.678Z',
    time: 5,
    timings: {send: 0, wait: 2, receive: 3},
    request: {
      method: 'POST',
      httpVersion: 'HTTP/1.1',
      cookies: [
        {name: 'a', value: 'b'},
        {name: 'c', value: 'd=e'},
      ],
      queryString: [
        {name: 'b', value: 'c d'},
        {name: 'b', value: 'e'},
      ],
      postData: {mimeType: 'text/plain', text: 'asked'},
      bodySize: 5,
    },
    response: {
      status: 302,
      statusText: 'Found',
      cookies: [{name: 'f', value: 'g'}],
      redirectURL: '/there',
      bodySize: 6,
      content: {size: 6, mimeType: 'text/plain; charset=utf-8', text: 'grüß'},
    },
    _imm: {project: 'shop', environment: 'main', app: 'web', release: 'r1-aaaaaaa'},
  })
})

const hello = 'hello '.repeat(20)

for (const [coding, body] of [
  ['gzip', gzipSync(hello)],
  ['br', brotliCompressSync(hello)],
  ['gzip, br', brotliCompressSync(gzipSync(hello))],
] as const)
  test(`a body coded as ${coding} is kept as what it holds`, async (t) => {
    const {response} = await entryOf(
      exchange({headers: ['Content-Type', 'text/plain', 'Content-Encoding', coding], body}),
    )
    t.like(response.content, {text: hello, size: hello.length, compression: hello.length - body.length})
    t.is(response.bodySize, body.length)
  })

test('what is no text is kept as base64, in requests too', async (t) => {
  const bytes = Buffer.from([0, 1, 255])
  const {request, response} = await entryOf(
    exchange({requestHeaders: ['Content-Type', 'image/png'], requestBody: bytes, body: bytes}),
  )
  t.like(response.content, {text: bytes.toString('base64'), encoding: 'base64'})
  t.like(request.postData, {text: bytes.toString('base64'), _encoding: 'base64'})
})

test('a body that is no longer than it says, unknown, or much in little, is said to be missing', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  for (const [coding, body] of [
    ['gzip', Buffer.from('no gzip')],
    ['secret-coding', Buffer.from('x')],
    ['gzip', bomb],
  ] as const) {
    const {response} = await entryOf(exchange({headers: ['Content-Encoding', coding], body}))
    t.is(response.content.text, undefined)
    t.regex(response.content.comment ?? '', /could not be undone/)
  }
  const {response} = await entryOf({...exchange(), body: {bytes: 300_000, base64: undefined}})
  t.like(response.content, {size: 300_000, text: undefined, comment: 'too long to be kept'})
})
