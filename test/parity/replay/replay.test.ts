import {randomUUID} from 'node:crypto'
import {createServer} from 'node:http'
import type {IncomingMessage, RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'

import test from 'ava'

import {replay} from '../../../src/parity/replay/replay.ts'
import {harOf, json, page, run, settingsOf, startSide, told} from './sides.ts'

const item = (price: number) => (url: string) => ({
  id: url,
  price,
  at: new Date().toISOString(),
  request: randomUUID(),
  n: Date.now(),
})

const html = (greeting: string, nonce: string) => () =>
  `<html><head><title>Shop</title><script nonce="${nonce}">let x = '${nonce}'</script></head>
<body class="${nonce}"><input name="csrf" value="${nonce}"><p>${greeting}</p> <p>since ${new Date().toISOString()}</p></body></html>`

const link = ({headers}: IncomingMessage) => `http://${headers.host}/next`

const to =
  (location: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(302, {location}).end()

test('one field that differs is one finding, however often it is asked for', async (t) => {
  const a = await startSide(t, 'staging', json(item(1)))
  const b = await startSide(t, 'here', json(item(2)))
  const har = await harOf('/items/1', '/items/2?x=secret', '/items/3')
  const replayed = await run(har, [a, b])
  t.deepEqual(replayed.findings, [
    {
      rule: 'behaviour.body.json',
      severity: 'error',
      subject: 'GET /items/{id} price',
      message: 'price of GET /items/{id}: 1 on staging, 2 on here (3 of 3 requests)',
      a: '1',
      b: '2',
      details: ['GET /items/1', 'GET /items/2', 'GET /items/3'],
    },
  ])
  t.like(replayed, {requests: 3, endpoints: 1, skipped: [], noise: [], uncompared: []})
})

test('it is counted in how many requests something differs, whatever their queries and however often in one answer', async (t) => {
  const [a, b] = [await startSide(t, 'a', json(item(1))), await startSide(t, 'b', json(item(2)))]
  const {findings} = await run(await harOf('/items?page=1', '/items?page=2', '/items?page=3'), [a, b])
  t.is(findings[0]?.message, 'price of GET /items: 1 on a, 2 on b (3 of 3 requests)')

  const texts = (name: string) =>
    startSide(t, name, ({url}, response) => {
      response.setHeader('content-type', 'text/plain')
      response.end(url === '/page?2' ? 'same' : `${name} 1\n${name} 2\n${name} 3`)
    })
  const replayed = await run(await harOf('/page?1', '/page?2', '/page?3'), [await texts('x'), await texts('y')])
  t.is(replayed.findings[0]?.message, 'text of GET /page: "x 1" on x, "y 1" on y (2 of 3 requests)')
})

test('requests that neither side answers are none that were compared, and those after a side has gone none that were sent', async (t) => {
  const answers = (price: number) =>
    startSide(t, String(price), ({url = ''}, response) => {
      if (url === '/items?none') response.socket?.destroy()
      else json(() => ({price}))({url} as IncomingMessage, response)
    })
  const sides = [await answers(1), await answers(2)] as const
  const replayed = await run(await harOf('/items?1', '/items?none', '/items?2'), sides)
  t.is(replayed.findings[0]?.message, 'price of GET /items: 1 on 1, 2 on 2 (2 of 2 requests)')
  t.is(replayed.requests, 3)

  const ending = createServer((_, response) => {
    response.setHeader('connection', 'close').end()
    ending.close()
  })
  await new Promise<void>((resolve) => ending.listen(0, '127.0.0.1', resolve))
  const gone = {name: 'gone', origin: `http://127.0.0.1:${(ending.address() as AddressInfo).port}`}
  const left = await run(await harOf('/1', '/2', '/3', '/4', '/5', '/6'), [sides[0], gone])
  t.is(left.requests, 4)
  t.regex(left.uncompared[0]?.reason ?? '', /2 requests were not sent/)
})

test('what differs from answer to answer of one side is noise, and named', async (t) => {
  let n = 0
  const body = (name: string) => () => ({counter: n++, name, list: Array.from({length: n % 2}, () => 1)})
  const sides = [await startSide(t, 'a', json(body('x'))), await startSide(t, 'b', json(body('y')))] as const
  const replayed = await run(await harOf('/now', '/now', '/now'), sides)
  t.deepEqual(told(replayed), ['behaviour.body.json GET /now name'])
  t.deepEqual(
    replayed.noise,
    ['GET /now counter', 'GET /now list'].filter((each) => replayed.noise.includes(each)),
  )
  t.true(replayed.noise.includes('GET /now counter'))
})

test('a status that differs is told alone; headers are told once for all places', async (t) => {
  const a = await startSide(t, 'a', ({url}, response) => {
    response
      .writeHead(200, {'x-frame-options': 'DENY', 'content-type': 'text/plain', 'x-request-id': randomUUID()})
      .end(url)
  })
  const b = await startSide(t, 'b', ({url}, response) => {
    response
      .writeHead(url === '/c' ? 404 : 200, {'content-type': 'text/plain', etag: '"x"'})
      .end(url === '/c' ? 'no' : url)
  })
  const replayed = await run(await harOf('/a', '/b', '/c'), [a, b])
  t.deepEqual(told(replayed), ['behaviour.header x-frame-options', 'behaviour.status GET /c'])
  t.like(replayed.findings[0], {
    severity: 'warning',
    message: 'header x-frame-options of answers to 2 kinds of requests: DENY on a, nothing on b',
    details: ['GET /a', 'GET /b'],
  })
  t.is(replayed.findings[1]?.message, 'status of GET /c: 200 on a, 404 on b')
  t.deepEqual(told(await run(await harOf('/a'), [a, b], {ignore: {headers: ['X-Frame-Options']}})), [])
})

test('pages are compared by what people read', async (t) => {
  const a = await startSide(t, 'a', page(html('Hello &amp; welcome', 'abc')))
  const same = await startSide(t, 'same', page(html('Hello   &#38;\nwelcome', 'xyz')))
  const other = await startSide(t, 'other', page(html('Goodbye', 'xyz')))
  t.deepEqual(told(await run(await harOf('/'), [a, same])), [])
  const replayed = await run(await harOf('/'), [a, other])
  t.deepEqual(told(replayed), ['behaviour.body.text GET /'])
  t.is(replayed.findings[0]?.message, 'text of GET /: "Hello & welcome" on a, "Goodbye" on other')
})

test('how an answer is packed is no difference, other bytes are', async (t) => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1])
  const a = await startSide(t, 'a', (_, response) => void response.setHeader('content-type', 'image/png').end(png))
  const packed = await startSide(t, 'packed', (_, response) => {
    response.writeHead(200, {'content-type': 'image/png', 'content-encoding': 'gzip'}).end(gzipSync(png))
  })
  const other = await startSide(t, 'other', (_, response) => {
    response.setHeader('content-type', 'image/png').end(Buffer.concat([png, png]))
  })
  t.deepEqual(told(await run(await harOf('/a.png'), [a, packed])), [])
  t.deepEqual(told(await run(await harOf('/a.png'), [a, other])), ['behaviour.body.bytes GET /a.png'])
  // Too long to be looked into.
  const limits = {bodyBytes: 10}
  t.deepEqual(told(await run(await harOf('/a.png'), [a, other], {}, {limits})), ['behaviour.body.bytes GET /a.png'])
})

test('an application that makes links to itself is the same under another address', async (t) => {
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (name) =>
      startSide(t, name, (request, response) => {
        if (request.url === '/go') response.setHeader('location', link(request)).statusCode = 302
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({next: link(request), text: `see ${link(request)}`}))
      }),
    ),
  )
  t.deepEqual(told(await run(await harOf('/', '/go'), [a!, b!])), [])
})

test('requests are sent as they were, to both sides in order, without what was of the recording alone', async (t) => {
  const asked: Record<string, string[]> = {a: [], b: []}
  const headers: IncomingMessage['headers'][] = []
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (name) =>
      startSide(t, name, (request, response) => {
        asked[name]!.push(`${request.method} ${request.url}`)
        headers.push(request.headers)
        response.setHeader('set-cookie', `session=${name}; HttpOnly`)
        response.end()
      }),
    ),
  )
  const requestHeaders = [
    ['Host', 'shop.localhost:7070'],
    ['Accept-Language', 'de'],
    ['Origin', 'http://shop.localhost:7070'],
    ['Cookie', '[redacted]'],
    ['Authorization', '[redacted]'],
    ['If-None-Match', '"x"'],
    ['X-Forwarded-For', '1.2.3.4'],
  ].flat()
  const har = await harOf(
    {requestHeaders, url: 'http://shop.localhost:7070/1?a=b'},
    {requestHeaders, url: 'http://shop.localhost:7070/2'},
    {method: 'POST', url: 'http://shop.localhost:7070/3', requestBody: 'x'},
    {url: 'http://cdn.example/4'},
    '/internal/5',
  )
  const replayed = await run(har, [a!, b!], {ignore: {paths: ['/internal/**']}}, {headers: {Authorization: 'Bearer x'}})
  t.deepEqual(asked, {a: ['GET /1?a=b', 'GET /1?a=b', 'GET /2', 'GET /2'], b: ['GET /1?a=b', 'GET /2']})
  t.deepEqual(replayed.skipped, [
    {reason: 'with POST', count: 1},
    {reason: 'to other hosts than shop.localhost:7070', count: 1},
    {reason: 'to ignored paths', count: 1},
  ])
  const hosts = new Set([a!.origin, b!.origin].map((origin) => new URL(origin).host))
  for (const each of headers) {
    t.true(hosts.has(each.host ?? ''))
    t.is(each.origin, `http://${each.host}`)
    t.like(each, {
      'accept-language': 'de',
      authorization: 'Bearer x',
      'if-none-match': undefined,
      'x-forwarded-for': undefined,
    })
  }
  // The recorded session is gone: each side has its own, once it gave one.
  t.deepEqual(new Set(headers.map(({cookie}) => cookie)), new Set([undefined, 'session=a', 'session=b']))
})

test('what changes something is sent once to each side, and only where it is asked for', async (t) => {
  const bodies: string[] = []
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (name) =>
      startSide(t, name, (request, response) => {
        request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
        request.once('end', () => response.end())
      }),
    ),
  )
  const har = await harOf({method: 'POST', url: 'http://x/', requestBody: 'body'})
  await t.throwsAsync(run(har, [a!, b!]), {code: 'REPLAY_FAILED', message: /1 with POST/})
  await run(har, [a!, b!], {}, {methods: ['POST']})
  t.deepEqual(bodies, ['body', 'body'])
})

test('redirects are compared, and not followed', async (t) => {
  const [a, b] = [await startSide(t, 'a', to('/x')), await startSide(t, 'b', to('/y'))]
  t.deepEqual(told(await run(await harOf('/'), [a, b])), ['behaviour.header location'])
})

test('a side that was never there is an error, never a difference', async (t) => {
  const a = await startSide(t, 'a', (_, response) => void response.end())
  const nobody = {name: 'nobody', origin: 'http://127.0.0.1:1'}
  for (const sides of [[a, nobody] as const, [nobody, a] as const])
    await t.throwsAsync(run(await harOf('/'), sides), {
      code: 'REPLAY_FAILED',
      message: /^nobody can't be reached at http:\/\/127\.0\.0\.1:1: /,
    })
})

test('a request that one side answers, and the other breaks off or keeps waiting, is told; one that none answers is not compared', async (t) => {
  const a = await startSide(t, 'a', ({url}, response) => {
    if (url !== '/none') response.end('ok')
  })
  const b = await startSide(t, 'b', ({url}, response) => {
    if (url === '/reset') response.socket?.destroy()
    else if (url === '/ok') response.end('ok')
  })
  const replayed = await run(await harOf('/ok', '/reset', '/wait', '/none'), [a, b], {}, {limits: {requestMs: 300}})
  t.deepEqual(told(replayed), ['behaviour.unreachable GET /reset', 'behaviour.unreachable GET /wait'])
  t.is(replayed.findings[1]?.b, 'no answer within 0.3 s')
  t.deepEqual(replayed.uncompared, [
    {area: 'behaviour', reason: 'neither side answers GET /none: no answer within 0.3 s'},
  ])
})

test('values that are secret by their name are not shown', async (t) => {
  const [a, b] = [
    await startSide(
      t,
      'a',
      json(() => ({apiToken: 'first-secret-1', email: 'ann@example.org'})),
    ),
    await startSide(
      t,
      'b',
      json(() => ({apiToken: 'other-secret-2', email: 'bob@example.org'})),
    ),
  ]
  const {findings} = await run(await harOf('/'), [a, b], {redact: ['email']})
  t.is(findings.length, 2)
  t.false(/secret-|example\.org/.test(JSON.stringify(findings)))
})

test('an abort ends it', async (t) => {
  const a = await startSide(t, 'a', () => ending.abort())
  const ending = new AbortController()
  await t.throwsAsync(replay(await harOf('/'), a, a, settingsOf(), {}, ending.signal), {name: 'AbortError'})
})
