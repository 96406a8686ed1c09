import {once} from 'node:events'
import type {ServerResponse} from 'node:http'

import test from 'ava'
import {WebSocket, WebSocketServer} from 'ws'

import {ask, begin, keepAliveAgent, until} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const pieces = 4

/** Several writes in several turns: a flip falls in the middle of many of them. */
const answerWith =
  (name: string) =>
  (_request: unknown, response: ServerResponse): void => {
    response.setHeader('content-type', 'text/plain')
    const write = (left: number): void => {
      if (left === 0) return void response.end()
      response.write(name)
      setImmediate(write, left - 1)
    }
    write(pieces)
  }

const say = async (socket: WebSocket, text: string): Promise<string> => {
  const heard = once(socket, 'message')
  socket.send(text)
  return String((await heard)[0])
}

test('200 flips under load lose no request and mix no two releases in one answer', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstreams = [await startUpstream(t, answerWith('a')), await startUpstream(t, answerWith('b'))]
  await flip(upstreams[0]!.target(1))

  const agent = keepAliveAgent(t)
  const over = new AbortController()
  let served = 0
  const failures: string[] = []
  const client = async (kept: boolean, posts: boolean): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        const method = posts ? {method: 'POST', body: 'x'.repeat(500)} : {}
        const {status, body, headers} = await ask(port, {...method, ...(kept ? {agent} : {})})
        const release = String(headers['x-imm-release'])
        const expected = (Number(/^r(\d+)/.exec(release)?.[1]) % 2 === 1 ? 'a' : 'b').repeat(pieces)
        if (status !== 200 || body !== expected) failures.push(`${status} ${release} ${body}`)
      } catch (error) {
        failures.push(String(error))
      }
      served++
    }
  }
  const clients = [true, true, true, false, false].map(async (kept, index) => client(kept, index % 2 === 1))
  for (let generation = 2; generation <= 201; generation++) {
    const target = upstreams[(generation + 1) % 2]!.target(generation)
    const before = served
    const previous = await flip(target)
    t.is(previous?.generation, generation - 1)
    // At least one request per flip, so that the flips don't all happen between two.
    await until(() => served > before)
    const drained = await proxy.drain(shop, previous!, 10_000, new AbortController().signal)
    t.is(drained.cut, 0)
  }
  over.abort()
  await Promise.all(clients)
  t.deepEqual(failures, [])
  t.true(served >= 200)
  t.is(proxy.routes()[0]!.failed, 0)
  await until(() => proxy.routes()[0]!.inFlight === 0)
})

test('a download begun before a flip ends on its release, while new requests on the same client go to the new one', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const {promise: slow, resolve: gotSlow} = Promise.withResolvers<ServerResponse>()
  const first = await startUpstream(t, (request, response) => {
    if (request.url === '/slow') {
      response.write('begun ')
      gotSlow(response)
    } else response.end('first')
  })
  const second = await startUpstream(t, (_request, response) => void response.end('second'))
  await flip(first.target(1))
  const agent = keepAliveAgent(t)
  t.is((await ask(port, {agent})).body, 'first')
  const download = await begin(port, {path: '/slow'})
  await flip(second.target(2))
  t.is((await ask(port, {agent})).body, 'second')
  ;(await slow).end('and done')
  let body = ''
  for await (const chunk of download.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  t.is(body, 'begun and done')
  t.is(download.headers['x-imm-release'], 'r1-aaaaaaa')
})

test('a WebSocket opened before a flip stays on its release until it closes', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const echo = async (name: string) => {
    const upstream = await startUpstream(t, (_request, response) => void response.end(name))
    const sockets = new WebSocketServer({server: upstream.server})
    sockets.on('connection', (socket) =>
      socket.on('message', (text: Buffer) => socket.send(`${name} ${text.toString()}`)),
    )
    return upstream
  }
  const [first, second] = [await echo('first'), await echo('second')]
  await flip(first.target(1))
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {headers: {host: shopHost}})
    t.teardown(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }
  const old = await open()
  t.is(await say(old, 'one'), 'first one')
  await flip(second.target(2))
  t.is(await say(old, 'two'), 'first two')
  t.is(await say(await open(), 'three'), 'second three')
  const draining = proxy.drain(shop, first.target(1), 10_000, new AbortController().signal)
  old.close()
  t.is((await draining).cut, 0)
})

test('a flip with a generation that is not above the live one is refused and changes nothing', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end('five'))
  await flip(upstream.target(5))
  await t.throwsAsync(flip(targetAt(1, 5)), {code: 'GENERATION_STALE'})
  await t.throwsAsync(flip(targetAt(1, 4)), {code: 'GENERATION_STALE'})
  t.is((await ask(port)).body, 'five')
  t.is(proxy.state(shop)?.live?.generation, 5)
})

test('the same flip asked twice is one flip', async (t) => {
  const {proxy} = await startTestProxy(t)
  const first = {target: targetAt(1, 1), attempt: 'one'}
  const second = {target: targetAt(2, 2), attempt: 'two'}
  await proxy.flip(shop, first)
  t.deepEqual((await proxy.flip(shop, second))?.previous, first.target)
  t.deepEqual((await proxy.flip(shop, second))?.previous, first.target)
  t.is(proxy.state(shop)?.previous.length, 1)
})
