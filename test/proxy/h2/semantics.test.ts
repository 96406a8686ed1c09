import test from 'ava'
import {execa} from 'execa'

import type {AccessEntry} from '../../../src/proxy/access-log.ts'
import {until} from '../kit/client.ts'
import {shop, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {answerOn, askStream, openSession, openStream, startStreamUpstream} from './kit.ts'

const release = async (t: Parameters<typeof startUpstream>[0], name: string) =>
  startUpstream(t, (_request, response) => void response.end(name))

test('streams of one connection wait for a live release, and one that waited in vain is answered with 503', async (t) => {
  const {port, proxy, flip} = await startTestProxy(t)
  const session = openSession(t, port)
  const waiting = [askStream(session), askStream(session, {':method': 'POST'}, 'body')]
  await until(() => proxy.routes()[0]?.held === 2)
  await flip((await release(t, 'first')).target(1))
  for (const answer of await Promise.all(waiting)) t.is(answer.body, 'first')

  const impatient = await startTestProxy(t, {holdMs: 10, holdPageMs: 10})
  const late = openSession(t, impatient.port)
  const answer = await askStream(late)
  t.is(answer.status, 503)
  t.is(answer.headers['retry-after'], '1')
  const page = await askStream(late, {accept: 'text/html'})
  t.regex(page.body, /<!doctype html>/)
  t.is((await askStream(late, {':method': 'HEAD', accept: 'text/html'})).status, 503)
})

test('a stream that is reset while it waits leaves the queue', async (t) => {
  const {port, proxy} = await startTestProxy(t)
  const stream = openStream(openSession(t, port))
  await until(() => proxy.routes()[0]?.held === 1)
  stream.close(8)
  await until(() => proxy.routes()[0]?.held === 0)
  t.is(proxy.routes()[0]?.failed, 0)
})

test('an unknown host is answered with 404, one of another machine with 421', async (t) => {
  const {port} = await startTestProxy(t)
  const session = openSession(t, port)
  t.is((await askStream(session, {':authority': 'none.localhost'})).status, 404)
  t.is((await askStream(session, {':authority': 'evil.example'})).status, 421)
})

test('a flip gives the next stream of a connection to the new release', async (t) => {
  const {port, flip} = await startTestProxy(t)
  await flip((await release(t, 'first')).target(1))
  const session = openSession(t, port)
  t.is((await askStream(session)).body, 'first')
  await flip((await release(t, 'second')).target(2))
  const answer = await askStream(session)
  t.deepEqual([answer.body, answer.headers['x-imm-release']], ['second', 'r2-aaaaaaa'])
})

test('a client keeps its share by the cookie, and reaches the candidate by the header', async (t) => {
  const {port, split} = await startTestProxy(t)
  const [live, candidate] = [await release(t, 'live'), await release(t, 'candidate')]
  await split({
    portions: [
      {targets: [live.target(1)], weight: 0.5},
      {targets: [candidate.target(2)], weight: 0.5},
    ],
  })
  const session = openSession(t, port)
  const first = await askStream(session)
  const cookie = first.headers['set-cookie']?.[0]?.split(';')[0]
  t.regex(cookie ?? '', /^imm-release=0\.\d+$/)
  for (let index = 0; index < 5; index++) {
    const again = await askStream(session, {cookie: ['a=1', cookie ?? '']})
    t.is(again.body, first.body)
    t.is(again.headers['set-cookie'], undefined)
  }
  t.is((await askStream(session, {'x-imm-release': 'candidate'})).body, 'candidate')
})

test('a drain waits for streams under way and cuts them at its deadline', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const slow = await startUpstream(t, ({url}, response) => {
    if (url === '/begun') response.writeHead(200).write('half')
  })
  await flip(slow.target(1))
  const session = openSession(t, port)
  const begun = answerOn(openStream(session, {':path': '/begun'}))
  const silent = askStream(session, {':path': '/silent'})
  await until(() => proxy.routes()[0]?.inFlight === 2 && (proxy.counts(shop)?.[0]?.bytesOut ?? 0) > 0)
  await flip((await release(t, 'second')).target(2))
  t.is((await proxy.drain(shop, slow.target(1), 10, new AbortController().signal)).cut, 2)
  t.not((await begun).code, 0)
  t.is((await silent).status, 503)
  t.is((await askStream(session)).body, 'second')
})

test('curl speaks it by prior knowledge', async (t) => {
  const {failed, stdout: version} = await execa('curl', ['--version'], {reject: false})
  if (failed || !version.includes('HTTP2')) {
    t.pass('there is no curl that speaks HTTP/2')
    return
  }
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.once('end', () => response.end(`${request.method} ${bytes}`))
  })
  await flip(upstream.target(1))
  const url = `http://shop.localhost:${port}/`
  const curl = async (...more: string[]) =>
    execa('curl', ['-sS', '--http2-prior-knowledge', '--resolve', `shop.localhost:${port}:127.0.0.1`, ...more, url], {
      input: Buffer.alloc(3_000_000),
    })
  t.regex((await curl('-i')).stdout, /^HTTP\/2 200 [^]*x-imm-release: r1-aaaaaaa[^]*GET 0$/)
  t.is((await curl('--data-binary', '@-')).stdout, 'POST 3000000')
  t.regex((await curl('-I')).stdout, /^HTTP\/2 200/)
})

test('the access log tells of a stream as of any request', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  await flip((await release(t, 'first')).target(1))
  const entries: AccessEntry[] = []
  const listening = proxy.access.listen((entry) => void entries.push(entry))
  t.teardown(() => listening[Symbol.dispose]())
  await askStream(openSession(t, port), {':path': '/a?b', ':method': 'POST'}, 'body')
  await until(() => entries.length === 1)
  t.like(entries[0], {
    method: 'POST',
    path: '/a',
    protocol: 'HTTP/2.0',
    status: 200,
    bytesIn: 4,
    bytesOut: 5,
    outcome: 'ok',
  })
})

test('a prefix of a route is taken off for applications of either protocol', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  await proxy.open({...shop, hosts: [], routes: [{host: 'shop.localhost', path: '/api', strip: true}], port: undefined})
  const session = openSession(t, port)
  const http1 = await startUpstream(t, ({url, headers}, response) => {
    response.end(`${url} ${String(headers['x-forwarded-prefix'])}`)
  })
  await flip(http1.target(1))
  t.is((await askStream(session, {':path': '/api/x?y'})).body, '/x?y /api')
  const http2 = await startStreamUpstream(t, (stream, headers) => {
    stream.respond({})
    stream.end(`${headers[':path']} ${String(headers['x-forwarded-prefix'])}`)
  })
  await flip(http2.target(2))
  t.is((await askStream(session, {':path': '/api/x?y'})).body, '/x?y /api')
  t.is((await askStream(session, {':path': '/other'})).status, 404)
})
