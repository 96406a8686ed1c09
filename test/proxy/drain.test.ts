import {once} from 'node:events'
import type {ServerResponse} from 'node:http'

import test from 'ava'
import {WebSocket, WebSocketServer} from 'ws'

import {ask, begin} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const {signal} = new AbortController()

test('a drain resolves as soon as nothing is under way', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const {promise: asked, resolve} = Promise.withResolvers<ServerResponse>()
  const upstream = await startUpstream(t, (_request, response) => resolve(response))
  await flip(upstream.target(1))
  const answer = ask(port)
  const response = await asked
  await flip(targetAt(1, 2))
  let drained = false
  const draining = proxy.drain(shop, upstream.target(1), 60_000, signal).finally(() => {
    drained = true
  })
  await new Promise((done) => setImmediate(done))
  t.false(drained)
  response.end('late')
  t.is((await answer).body, 'late')
  t.is((await draining).cut, 0)
  t.deepEqual(await proxy.drain(shop, upstream.target(1), 60_000, signal), {drainMs: 0, cut: 0})
})

test('at the deadline the rest is cut and counted: a download, a WebSocket and an unanswered request', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const {promise: hanging, resolve} = Promise.withResolvers<void>()
  const upstream = await startUpstream(t, (request, response) => {
    if (request.url === '/download') response.write('begun')
    else resolve()
  })
  const sockets = new WebSocketServer({server: upstream.server})
  t.teardown(() => sockets.close())
  await flip(upstream.target(1))
  const unanswered = ask(port)
  await hanging
  const download = await begin(port, {path: '/download'})
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {headers: {host: shopHost}})
  await once(socket, 'open')
  const closed = once(socket, 'close')
  t.is(proxy.routes()[0]!.inFlight, 3)
  await flip(targetAt(1, 2))
  t.is((await proxy.drain(shop, upstream.target(1), 20, signal)).cut, 3)
  await closed
  await t.throwsAsync(download.toArray())
  const answer = await unanswered
  t.is(answer.status, 503)
  t.is(answer.headers['x-imm-release'], 'r1-aaaaaaa')
  t.is(proxy.routes()[0]!.inFlight, 0)
})

test('a release that went live again is drained of its earlier requests alone', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.write(request.url)
  })
  await flip(upstream.target(1))
  const early = await begin(port, {path: '/early'})
  await flip(targetAt(1, 2))
  await flip(upstream.target(3))
  const late = await begin(port, {path: '/late'})
  t.deepEqual(
    proxy.state(shop)?.previous.map(({generation}) => generation),
    [2],
  )
  t.is((await proxy.drain(shop, upstream.target(1), 0, signal)).cut, 1)
  await t.throwsAsync(early.toArray())
  t.false(late.destroyed)
  t.is(proxy.routes()[0]!.inFlight, 1)
})

test('a drain that is given up cuts nothing', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => {
    response.write('begun')
  })
  await flip(upstream.target(1))
  const download = await begin(port)
  const given = new AbortController()
  const draining = proxy.drain(shop, upstream.target(1), 60_000, given.signal)
  given.abort()
  await t.throwsAsync(draining, {name: 'AbortError'})
  t.false(download.destroyed)
})
