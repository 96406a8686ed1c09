import type {ServerResponse} from 'node:http'
import {createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {latencyBoundsMs} from '../../src/release/latency.ts'
import {ask, begin, raw, until} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

const startBare = async (t: ExecutionContext, serve: (socket: Socket) => void): Promise<number> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => serve(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

test('answers, errors of the application and bytes are counted for the release that gave them', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.statusCode = Number(request.url?.slice(1))
    response.end('x'.repeat(100))
  })
  await flip(upstream.target(1))
  for (const status of [200, 200, 404, 500, 503, 599]) await ask(port, {path: `/${status}`})
  await flip(upstream.target(2))
  await ask(port, {path: '/502'})
  const [first, second] = [counts(targetAt(0, 1))!, counts(targetAt(0, 2))!]
  t.deepEqual(
    [first.requests, first.serverErrors, first.failures, first.bytesOut, sum(first.latency)],
    [6, 3, 0, 600, 6],
  )
  t.deepEqual(
    [second.requests, second.serverErrors, second.failures, second.bytesOut, sum(second.latency)],
    [1, 1, 0, 100, 1],
  )
  t.deepEqual(first.answers, [0, 0, 2, 0, 1, 3, 0, 0, 0, 0])
  t.true(first.latencySumMs > 0)
  t.is(first.latency.length, latencyBoundsMs.length + 1)
  t.false('mirrored' in first)
})

test('the time to the first byte of the answer falls into its bucket, however long the rest takes', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => {
    setTimeout(() => response.flushHeaders(), 60)
    setTimeout(() => response.end(), 150)
  })
  await flip(upstream.target(1))
  await ask(port)
  const {latency} = counts(targetAt(0, 1))!
  t.is(sum(latency), 1)
  // Not sooner than the head was sent; a busy machine may make it later.
  t.is(sum(latency.slice(0, latencyBoundsMs.indexOf(100))), 0)
})

test('a refused connection is a failure; the request waits, and is counted for who answers it', async (t) => {
  const {proxy, port, flip, counts} = await startTestProxy(t)
  const dead = await startUpstream(t, () => undefined)
  await dead.close()
  await flip(dead.target(1))
  const waiting = ask(port)
  await until(() => proxy.routes()[0]!.held === 1)
  const {requests, failures, serverErrors, latency, inFlight} = counts(targetAt(0, 1))!
  t.deepEqual([requests, failures, serverErrors, sum(latency), inFlight], [1, 1, 0, 0, 0])
  await flip((await startUpstream(t, (_request, response) => void response.end())).target(2))
  t.is((await waiting).status, 200)
  t.deepEqual([counts(targetAt(0, 2))!.requests, counts(targetAt(0, 2))!.failures], [1, 0])
})

for (const [what, serve, answered] of [
  ['reset before an answer', (socket) => socket.resetAndDestroy(), 0],
  ['closed without an answer', (socket) => socket.destroy(), 0],
  ['answered with what is not HTTP', (socket) => socket.end('no\r\n\r\n'), 0],
  [
    'broken off in an answer',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => socket.resetAndDestroy()),
    1,
  ],
] as const satisfies readonly (readonly [string, (socket: Socket) => void, number])[]) {
  test(`a connection ${what} is a failure`, async (t) => {
    const {port, flip, counts} = await startTestProxy(t)
    await flip(targetAt(await startBare(t, serve), 1))
    // A POST is sent once.
    await ask(port, {method: 'POST'}).catch(() => undefined)
    await until(() => counts(targetAt(0, 1))!.inFlight === 0)
    const {requests, failures, serverErrors, latency} = counts(targetAt(0, 1))!
    t.deepEqual([requests, failures, serverErrors, sum(latency)], [1, 1, 0, answered])
  })
}

test('bytes of request bodies are counted for the release that was sent them, however they are framed', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    request.resume().once('end', () => response.end())
  })
  await flip(upstream.target(1))
  await ask(port, {method: 'POST', body: 'x'.repeat(1000)})
  await ask(port, {method: 'POST', body: 'x'.repeat(200_000), headers: {'transfer-encoding': 'chunked'}})
  await ask(port)
  t.is(counts(targetAt(0, 1))!.bytesIn, 201_000)
})

test('a kept connection that the application closes between two requests is no failure', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const server = createServer((socket) => {
    let requests = 0
    socket.on('error', () => undefined)
    socket.on('data', () => {
      if (++requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      else socket.resetAndDestroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  await flip(targetAt((server.address() as AddressInfo).port, 1))
  for (let request = 0; request < 3; request++) t.is((await ask(port)).body, 'ok')
  const {requests, failures} = counts(targetAt(0, 1))!
  t.deepEqual([requests, failures], [3, 0])
})

test('a client that goes away is nobody’s failure', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.write('begun'))
  await flip(upstream.target(1))
  const download = await begin(port)
  t.is(counts(targetAt(0, 1))!.inFlight, 1)
  download.destroy()
  await until(() => counts(targetAt(0, 1))!.inFlight === 0)
  const {requests, failures, serverErrors} = counts(targetAt(0, 1))!
  t.deepEqual([requests, failures, serverErrors], [1, 0, 0])
})

test('what drains goes on counting, until it is forgotten', async (t) => {
  const {proxy, port, flip, counts} = await startTestProxy(t)
  const got = Promise.withResolvers<ServerResponse>()
  const upstream = await startUpstream(t, (_request, response) => {
    response.write('12345')
    got.resolve(response)
  })
  await flip(upstream.target(1))
  const download = await begin(port)
  await flip((await startUpstream(t, (_request, response) => void response.end())).target(2))
  t.is(counts(targetAt(0, 1))!.inFlight, 1)
  ;(await got.promise).end('67890')
  download.resume()
  await proxy.drain(shop, upstream.target(1), 10_000, new AbortController().signal)
  t.is(counts(targetAt(0, 1))!.bytesOut, 10)
  t.deepEqual(
    proxy.counts(shop)?.map(({release}) => release),
    ['r2-aaaaaaa', 'r1-aaaaaaa'],
  )
  await proxy.forget(shop, upstream.target(1))
  t.is(counts(targetAt(0, 1)), undefined)
})

test('an upgraded connection counts as one request, with what the application said on it', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end())
  upstream.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello')
    socket.resume().end(' and bye')
  })
  await flip(upstream.target(1))
  await raw(t, port, `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhi`)
  await until(() => counts(targetAt(0, 1))!.bytesOut > 0)
  const {requests, failures, bytesIn, bytesOut, latency} = counts(targetAt(0, 1))!
  t.deepEqual([requests, failures, bytesIn, bytesOut, sum(latency)], [1, 0, 'hi'.length, 'hello and bye'.length, 1])
})
