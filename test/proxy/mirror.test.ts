import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http'
import {gzipSync} from 'node:zlib'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import type {MirrorCounts} from '../../src/lifecycle/ports.ts'
import {maxCopies, maxCopiedBytes, maxExamples} from '../../src/proxy/limits.ts'
import {ask, begin, keepAliveAgent, until} from './kit/client.ts'
import type {Ask} from './kit/client.ts'
import {shop, startTestProxy} from './kit/proxy.ts'
import type {TestProxy} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'
import type {TestUpstream} from './kit/upstream.ts'

interface Mirrored extends TestProxy {
  live: TestUpstream
  candidate: TestUpstream
  /** what the candidate was asked */
  copies: IncomingMessage[]
  mirrored: () => MirrorCounts | undefined
}

const startMirrored = async (
  t: ExecutionContext,
  onLive: RequestListener,
  onCandidate: RequestListener,
  share = 1,
): Promise<Mirrored> => {
  const started = await startTestProxy(t)
  const copies: IncomingMessage[] = []
  const live = await startUpstream(t, onLive)
  const candidate = await startUpstream(t, (request, response) => {
    copies.push(request)
    onCandidate(request, response)
  })
  const mirror = {targets: [candidate.target(2)], share}
  await started.split({portions: [{targets: [live.target(1)], weight: 1}], mirror})
  return {
    ...started,
    live,
    candidate,
    copies,
    mirrored: () => started.counts(candidate.target(2))?.mirrored,
  }
}

const json =
  (body: unknown, status = 200) =>
  (_request: unknown, response: ServerResponse): void => {
    response.writeHead(status, {'content-type': 'application/json; charset=utf-8'})
    response.end(JSON.stringify(body))
  }

const zipped =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, {'content-type': 'application/json', 'content-encoding': 'gzip'})
    response.end(gzipSync(JSON.stringify(body)))
  }

const text =
  (body: string): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end(body)
  }

test('safe requests are copied with their headers and a mark, all others go to the live release alone', async (t) => {
  const {port, copies, mirrored, counts, live, candidate} = await startMirrored(t, json({a: 1}), json({a: 2}))
  const headers = {cookie: 'session=1; imm-release=0.5', authorization: 'Bearer x', 'x-imm-release': 'r1-aaaaaaa'}
  t.is((await ask(port, {path: '/a?b=c', headers})).headers['x-imm-release'], 'r1-aaaaaaa')
  await ask(port, {method: 'HEAD'})
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) await ask(port, {method})
  await ask(port, {method: 'GET', body: 'with a body', headers: {'content-length': '11'}})
  await until(() => mirrored()?.requests === 2)
  t.deepEqual(
    copies.map(({method, url}) => `${method} ${url}`),
    ['GET /a?b=c', 'HEAD /'],
  )
  const [copy] = copies
  t.is(copy?.headers['x-imm-mirror'], '1')
  t.is(copy?.headers.cookie, 'session=1')
  t.is(copy?.headers.authorization, 'Bearer x')
  t.is(copy?.headers['x-imm-release'], undefined)
  t.is(copy?.headers['x-forwarded-for'], '127.0.0.1')
  t.deepEqual(mirrored(), {requests: 2, differing: 0, examples: []})
  t.is(counts(live.target(1))?.requests, 8)
  t.is(counts(candidate.target(2))?.requests, 2)
  t.is(counts(candidate.target(2))?.bytesOut, 0)
})

test('the share says how many requests are copied, evenly', async (t) => {
  const {port, copies, mirrored} = await startMirrored(t, json(1), json(1), 0.25)
  const agent = keepAliveAgent(t)
  for (let request = 0; request < 40; request++) await ask(port, {agent, path: `/${request}`})
  await until(() => mirrored()?.requests === 10)
  t.is(copies.length, 10)
  t.is(copies[0]?.url, '/3')
})

for (const [what, onLive, onCandidate, expected] of [
  ['status', json({}), json({}, 404), ['200 application/json', '404 application/json']],
  [
    'content type',
    json({}),
    (_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('{}')
    },
    ['200 application/json', '200 text/html'],
  ],
  [
    'JSON key',
    json({user: {email: 'x', name: 'y'}}),
    json({user: {mail: 'x', name: 'z'}}),
    ['200 application/json with user.email', '200 application/json with user.mail'],
  ],
  [
    'body that is no JSON',
    json({}),
    (_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end('{')
    },
    ['200 application/json', '200 application/json that is not JSON'],
  ],
  [
    'connection that breaks before an answer',
    json({}),
    (request) => request.socket.destroy(),
    ['200 application/json', 'no answer: ECONNRESET'],
  ],
  [
    'answer that breaks off',
    json({}),
    (request, response) => {
      response.setHeader('content-type', 'application/json')
      response.write('{', () => request.socket.destroy())
    },
    ['200 application/json', '200 application/json that broke off'],
  ],
] as const satisfies readonly (readonly [string, RequestListener, RequestListener, readonly string[]])[])
  test(`another ${what} is a difference, with an example, and the client sees nothing of it`, async (t) => {
    const {port, proxy, mirrored} = await startMirrored(t, onLive, onCandidate)
    t.is((await ask(port, {path: '/users/1?token=secret'})).status, 200)
    await until(() => mirrored() !== undefined)
    t.deepEqual(mirrored(), {
      requests: 1,
      differing: 1,
      examples: [{method: 'GET', path: '/users/1', live: expected[0], candidate: expected[1]}],
    })
    t.is(proxy.routes()[0]!.failed, 0)
  })

test('compressed answers are compared as what they say', async (t) => {
  const {port, mirrored} = await startMirrored(t, zipped({a: 1, list: [{b: 1}]}), (request, response) =>
    (request.url === '/same' ? json({a: 2, list: [{b: 2}]}) : zipped({a: 2, list: [{c: 2}]}))(request, response),
  )
  await ask(port, {path: '/same'})
  await ask(port, {path: '/other'})
  await until(() => mirrored()?.requests === 2)
  t.deepEqual(
    mirrored()?.examples.map(({path, live}) => [path, live]),
    [['/other', '200 application/json with list[].b']],
  )
})

test('whether a cached copy is still good is no difference', async (t) => {
  const {port, mirrored} = await startMirrored(t, (_request, response) => void response.writeHead(304).end(), json({}))
  await ask(port, {headers: {'if-none-match': '"x"'}})
  await until(() => mirrored()?.requests === 1)
  t.is(mirrored()?.differing, 0)
})

test('errors of the candidate are counted as its own, and ten examples are kept', async (t) => {
  const {port, mirrored, counts, live, candidate, proxy} = await startMirrored(t, json({}), json({}, 500))
  const agent = keepAliveAgent(t)
  for (let request = 1; request <= 15; request++) {
    t.is((await ask(port, {agent, path: `/${request}`})).status, 200)
    await until(() => mirrored()?.requests === request)
  }
  t.is(mirrored()?.differing, 15)
  t.is(mirrored()?.examples.length, maxExamples)
  t.is(counts(candidate.target(2))?.serverErrors, 15)
  t.is(counts(live.target(1))?.serverErrors, 0)
  t.is(proxy.routes()[0]!.failed, 0)
})

test('a candidate that never answers delays nobody; no more copies are under way than are allowed, the rest are left out', async (t) => {
  const {port, copies, counts, candidate, proxy, split, live} = await startMirrored(t, json({}), () => undefined)
  const agent = keepAliveAgent(t)
  const clients = Array.from({length: maxCopies * 3}, async (): Promise<Ask> => {
    t.is((await ask(port, {agent})).status, 200)
    return {}
  })
  await Promise.all(clients)
  await until(() => copies.length === maxCopies)
  for (let request = 0; request < 5; request++) t.is((await ask(port, {agent})).status, 200)
  t.is(copies.length, maxCopies)
  t.is(counts(candidate.target(2))?.inFlight, maxCopies)
  // It loses its part with copies under way: they are cut, and count for nothing.
  await split({portions: [{targets: [live.target(1)], weight: 1}]})
  const drained = await proxy.drain(shop, candidate.target(2), 0, new AbortController().signal)
  t.is(drained.cut, maxCopies)
  const {failures, mirrored} = counts(candidate.target(2))!
  t.deepEqual([failures, mirrored], [0, undefined])
  t.is(proxy.routes()[0]!.inFlight, 0)
})

test('a candidate that refuses connections is left alone for a while, and its refusal counted', async (t) => {
  const {port, counts, candidate, mirrored, log} = await startMirrored(t, json({}), json({}))
  await candidate.close()
  t.is((await ask(port)).status, 200)
  await until(() => mirrored()?.differing === 1)
  t.is(mirrored()?.examples[0]?.candidate, 'no answer: ECONNREFUSED')
  t.is(counts(candidate.target(2))?.failures, 1)
  t.true(log.some((line) => line.includes('refuses connections')))
})

test('long answers are not asked for twice, and a candidate’s is broken off', async (t) => {
  const long = 'x'.repeat(maxCopiedBytes + 1)
  const {port, copies, mirrored} = await startMirrored(
    t,
    (request, response) => text(request.url === '/long' ? long : 'short')(request, response),
    (request, response) => {
      response.setHeader('content-type', 'text/plain')
      const more = (): void => {
        while (!response.destroyed && response.write(long));
        response.once('drain', more)
      }
      more()
      request.socket.once('close', () => response.destroy())
    },
  )
  await ask(port, {path: '/long'})
  await ask(port, {path: '/short'})
  await until(() => mirrored()?.requests === 1)
  t.deepEqual(
    copies.map(({url}) => url),
    ['/short'],
  )
  t.is(mirrored()?.differing, 0)
})

test('an answer that the client broke off is not copied', async (t) => {
  const endless: ServerResponse[] = []
  const {port, copies, mirrored} = await startMirrored(
    t,
    (request, response) => {
      if (request.url !== '/endless') return json({})(request, response)
      response.write('begun')
      endless.push(response)
    },
    json({}),
  )
  const download = await begin(port, {path: '/endless'})
  download.destroy()
  await until(() => endless[0]!.destroyed)
  await ask(port, {path: '/whole'})
  await until(() => mirrored()?.requests === 1)
  t.deepEqual(
    copies.map(({url}) => url),
    ['/whole'],
  )
})

test('named by the header the mirror answers the client itself', async (t) => {
  const {port, copies} = await startMirrored(t, json('live'), json('candidate'), 0)
  t.is((await ask(port, {headers: {'x-imm-release': 'candidate'}})).body, '"candidate"')
  t.is(copies[0]?.headers['x-imm-mirror'], undefined)
  t.is((await ask(port)).body, '"live"')
})
