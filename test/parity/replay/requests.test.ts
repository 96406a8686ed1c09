import test from 'ava'

import {endpointOf} from '../../../src/parity/replay/endpoint.ts'
import {matchesPath} from '../../../src/parity/replay/glob.ts'
import {requestsOf} from '../../../src/parity/replay/requests.ts'
import {harOf} from './sides.ts'

for (const [path, expected] of [
  ['/', 'GET /'],
  ['/users/17/posts?page=2', 'GET /users/{id}/posts'],
  ['/orders/0b7e2b1c-3b0e-4a53-9d4f-0a1b2c3d4e5f', 'GET /orders/{id}'],
  ['/files/3fa9c1e2b4d5', 'GET /files/{id}'],
  ['/v1/users', 'GET /v1/users'],
  ['/assets/app.js', 'GET /assets/app.js'],
  ['/a-long-title-of-an-article', 'GET /a-long-title-of-an-article'],
] as const)
  test(`${path} is a request to ${expected}`, (t) => {
    t.is(endpointOf('GET', path), expected)
  })

for (const [pattern, path, expected] of [
  ['/admin/**', '/admin/a/b', true],
  ['/admin/**', '/admin', true],
  ['/admin/**', '/administrators', false],
  ['/*/edit', '/7/edit', true],
  ['/*/edit', '/7/8/edit', false],
  ['**/metrics', '/metrics', true],
  ['**/health', '/a/b/health', true],
  ['/a.b', '/axb', false],
] as const)
  test(`${pattern} ${expected ? 'means' : 'does not mean'} ${path}`, (t) => {
    t.is(matchesPath(pattern, path), expected)
  })

test('of a browser’s recording only what went to the application is sent', async (t) => {
  const har = await harOf(
    {url: 'http://cdn.example/a.js'},
    '/1',
    {url: 'data:text/plain,x'},
    {url: 'http://shop.localhost:7070/live', status: 101},
    {url: 'http://shop.localhost:7070/gone', status: 0},
    {url: 'http://shop.localhost:7070/events', headers: ['Content-Type', 'text/event-stream']},
    '/2',
  )
  const {requests, skipped} = requestsOf(har, {methods: ['GET'], ignoredPaths: []})
  t.deepEqual(
    requests.map(({target}) => target),
    ['/1', '/2'],
  )
  t.is(
    skipped.reduce((sum, {count}) => sum + count, 0),
    5,
  )
})

test('bodies are sent as they were: text, bytes, and the fields of a form', async (t) => {
  const [text, bytes] = (
    await harOf(
      {method: 'POST', url: 'http://x/', requestBody: 'grüß'},
      {method: 'POST', url: 'http://x/', requestBody: Buffer.from([0, 255])},
    )
  ).entries
  const form = {...text!, request: {...text!.request, postData: {mimeType: '', params: [{name: 'a', value: 'b c'}]}}}
  const lost = {...text!, request: {...text!.request, postData: {mimeType: '', comment: 'too long to be kept'}}}
  const {requests, skipped} = requestsOf(
    {creator: '', entries: [text!, bytes!, form, lost]},
    {methods: ['POST'], ignoredPaths: []},
  )
  t.deepEqual(
    requests.map(({body}) => body),
    [Buffer.from('grüß'), Buffer.from([0, 255]), Buffer.from('a=b+c')],
  )
  t.deepEqual(skipped, [{reason: 'whose body was not kept', count: 1}])
})
