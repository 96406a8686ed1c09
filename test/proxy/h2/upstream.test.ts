import {once} from 'node:events'
import {constants} from 'node:http2'
import type {ServerHttp2Stream} from 'node:http2'

import test from 'ava'

import {probe} from '../../../src/proxy/probe.ts'
import {ask, begin, until} from '../kit/client.ts'
import {shop, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {answerOn, askStream, openSession, openStream, startStreamUpstream} from './kit.ts'

const readAll = async (stream: ServerHttp2Stream): Promise<string> => Buffer.concat(await stream.toArray()).toString()

test('an application with `protocol: h2c` gets the requests of HTTP/1.1 as streams of one connection', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startStreamUpstream(t, (stream, headers) => {
    void answer()
    async function answer() {
      const body = await readAll(stream)
      stream.respond({':status': 201, 'set-cookie': ['a=1', 'b=2'], 'x-body': body}, {waitForTrailers: true})
      stream.once('wantTrailers', () => stream.sendTrailers({'x-after': '1'}))
      stream.end(JSON.stringify(headers))
    }
  })
  await flip(upstream.target(1))
  const answer = await ask(port, {
    method: 'POST',
    path: '/a?b',
    body: 'the body',
    headers: {'x-mine': '1', connection: 'close, x-mine', 'x-other': '2'},
  })
  t.is(answer.status, 201)
  t.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2'])
  t.is(answer.headers['x-body'], 'the body')
  t.is(answer.headers['x-imm-release'], 'r1-aaaaaaa')
  t.is(answer.trailers['x-after'], '1')
  const seen = JSON.parse(answer.body) as Record<string, string>
  t.like(seen, {
    ':method': 'POST',
    ':path': '/a?b',
    ':authority': 'shop.localhost',
    'x-other': '2',
    'x-forwarded-for': '127.0.0.1',
    'content-length': '8',
  })
  for (const gone of ['x-mine', 'connection', 'host', 'transfer-encoding']) t.is(seen[gone], undefined, gone)
  await Promise.all(Array.from({length: 20}, async () => ask(port)))
  t.is((await askStream(openSession(t, port), {':method': 'POST'}, 'more')).headers['x-body'], 'more')
  t.is(upstream.sessions(), 1)
})

test('an application that takes few streams at once gets more connections', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const open: ServerHttp2Stream[] = []
  const upstream = await startStreamUpstream(
    t,
    (stream) => {
      if (open.push(stream) === 10) for (const each of open) each.respond({}, {endStream: true})
    },
    {settings: {maxConcurrentStreams: 4}},
  )
  await flip(upstream.target(1))
  const session = openSession(t, port)
  // Its limit is known once it has spoken.
  const first = askStream(session)
  await until(() => open.length === 1)
  const answers = await Promise.all([first, ...Array.from({length: 9}, async () => askStream(session))])
  t.true(answers.every(({status}) => status === 200))
  t.is(upstream.sessions(), 3)
})

test('a stream that was not taken is sent again when its body was not read, whatever the method', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const refuse = new Set(['/get', '/delete'])
  const asked: string[] = []
  const upstream = await startStreamUpstream(t, (stream, headers) => {
    const path = headers[':path'] ?? ''
    asked.push(path)
    if (refuse.delete(path)) stream.close(constants.NGHTTP2_REFUSED_STREAM)
    else stream.respond({}, {endStream: true})
  })
  await flip(upstream.target(1))
  t.is((await ask(port, {path: '/get'})).status, 200)
  t.is((await ask(port, {path: '/delete', method: 'DELETE'})).status, 200)
  t.deepEqual(asked, ['/get', '/get', '/delete', '/delete'])
  t.is(proxy.counts(shop)?.[0]?.requests, 2)
  t.is(proxy.counts(shop)?.[0]?.failures, 0)
})

test('one whose body was read is refused to the client as well, which may send it again', async (t) => {
  const {port, flip} = await startTestProxy(t)
  let asked = 0
  const upstream = await startStreamUpstream(t, (stream) => {
    asked++
    stream.once('data', () => stream.close(constants.NGHTTP2_REFUSED_STREAM))
  })
  await flip(upstream.target(1))
  const stream = openStream(openSession(t, port), {':method': 'POST'}, {endStream: false})
  stream.write('some')
  const answer = await answerOn(stream)
  t.is(answer.code, constants.NGHTTP2_REFUSED_STREAM)
  t.is(asked, 1)
})

test('one that was taken and then reset is sent again only when it may be', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const asked: string[] = []
  const upstream = await startStreamUpstream(t, (stream, headers) => {
    asked.push(headers[':method'] ?? '')
    stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  })
  await flip(upstream.target(1))
  t.is((await ask(port)).status, 502)
  t.is((await ask(port, {method: 'POST', body: 'x'})).status, 502)
  t.is(asked.filter((method) => method === 'POST').length, 1)
  t.true(asked.filter((method) => method === 'GET').length <= 3)
})

test('a connection that the application ends (GOAWAY) ends with its streams, and the next request opens another', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const streams: ServerHttp2Stream[] = []
  const upstream = await startStreamUpstream(t, (stream) => void streams.push(stream))
  await flip(upstream.target(1))
  const waiting = ask(port)
  await until(() => streams.length === 1)
  streams[0]?.session?.close()
  const next = ask(port)
  await until(() => streams.length === 2)
  for (const stream of streams) stream.respond({}, {endStream: true})
  t.is((await waiting).status, 200)
  t.is((await next).status, 200)
  t.is(upstream.sessions(), 2)
})

test('half an answer never looks like a whole one, however the stream is reset', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startStreamUpstream(t, (stream, headers) => {
    // Without trailers to wait for, Node would end the body before it resets the stream.
    stream.respond({}, {waitForTrailers: true})
    stream.write('half', () => stream.close(Number(headers[':path']?.slice(1))))
  })
  await flip(upstream.target(1))
  for (const code of [0, 2, 8]) {
    const answer = await begin(port, {path: `/${code}`})
    const end = await Promise.race([
      once(answer.resume(), 'end').then(() => 'end'),
      once(answer, 'aborted').then(() => 'aborted'),
    ]).catch(() => 'aborted')
    t.is(end, 'aborted', `reset with ${code}`)
    t.not((await askStream(openSession(t, port), {':path': `/${code}`})).code, 0)
  }
})

test('a client that goes away resets the stream, and its half body does not look whole', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const {promise, resolve} = Promise.withResolvers<ServerHttp2Stream>()
  const ends: string[] = []
  const upstream = await startStreamUpstream(t, (stream) => {
    stream.on('end', () => ends.push(stream.aborted ? 'aborted' : 'whole'))
    resolve(stream)
  })
  await flip(upstream.target(1))
  const abort = new AbortController()
  const client = openStream(openSession(t, port), {':method': 'POST'}, {endStream: false, waitForTrailers: true})
  client.write('half')
  const stream = await promise
  await once(stream, 'data')
  const closed = new Promise((done) => stream.once('close', done))
  client.close(8)
  abort.abort()
  await closed
  t.is(stream.rstCode, 8)
  t.false(ends.includes('whole'))
})

test('interim answers pass to HTTP/1.1', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startStreamUpstream(t, (stream) => {
    stream.additionalHeaders({':status': 103, link: '</a.css>; rel=preload'})
    stream.respond({}, {endStream: true})
  })
  await flip(upstream.target(1))
  const {request} = await import('node:http')
  const outgoing = request({port, host: '127.0.0.1', headers: {host: 'shop.localhost'}, agent: false})
  const interim: unknown[] = []
  outgoing.on('information', ({statusCode, headers}) => interim.push([statusCode, headers['link']]))
  const response = once(outgoing, 'response')
  outgoing.end()
  ;((await response)[0] as {resume(): void}).resume()
  t.deepEqual(interim, [[103, '</a.css>; rel=preload']])
})

test('an application that refuses connections has its requests held, and gets them when it is back', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const gone = await startUpstream(t, () => undefined)
  await gone.close()
  const target = {...gone.target(1), protocol: 'h2c'} as ReturnType<typeof gone.target>
  await flip(target)
  const waiting = ask(port, {method: 'POST', body: 'patience'})
  await until(() => proxy.routes()[0]?.held === 1)
  const upstream = await startStreamUpstream(t, (stream) => {
    stream.respond({})
    stream.pipe(stream)
  })
  await flip(upstream.target(2))
  t.is((await waiting).body, 'patience')
})

test('a mirror that speaks HTTP/2 gets its copies by it', async (t) => {
  const {port, split, counts} = await startTestProxy(t)
  const live = await startUpstream(t, (_request, response) => void response.end('live'))
  const copies: unknown[] = []
  const candidate = await startStreamUpstream(t, (stream, headers) => {
    copies.push([headers[':path'], headers['x-imm-mirror']])
    stream.respond({'content-type': 'text/html'})
    stream.end('live')
  })
  const target = candidate.target(2)
  await split({portions: [{targets: [live.target(1)], weight: 1}], mirror: {targets: [target], share: 1}})
  t.is((await askStream(openSession(t, port), {':path': '/copied'})).body, 'live')
  await until(() => counts(target)?.mirrored?.requests === 1)
  t.deepEqual(copies, [['/copied', '1']])
  t.is(counts(target)?.mirrored?.differing, 1)
})

test('the probe asks by HTTP/2 where the application speaks it', async (t) => {
  const {signal} = new AbortController()
  const upstream = await startStreamUpstream(t, (stream, headers) => {
    stream.respond({':status': headers[':path'] === '/healthz' ? 204 : 404}, {endStream: true})
  })
  const address = {host: '127.0.0.1', port: upstream.port}
  t.deepEqual(await probe(address, '/healthz', 5000, signal, 'h2c'), {outcome: 'http', status: 204})
  t.is((await probe(address, '/healthz', 5000, signal)).outcome, 'garbage')
  const other = await startUpstream(t, (_request, response) => void response.end())
  t.is((await probe({host: '127.0.0.1', port: other.port}, '/', 5000, signal, 'h2c')).outcome, 'garbage')
  // Nothing listens there; a port that was just given up may be somebody else's by now.
  t.is((await probe({host: '127.0.0.1', port: 1}, '/', 5000, signal, 'h2c')).outcome, 'refused')
})
