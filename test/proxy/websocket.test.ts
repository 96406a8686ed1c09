import {createHash} from 'node:crypto'
import {once} from 'node:events'
import type {Duplex} from 'node:stream'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {WebSocket as Client, WebSocketServer} from 'ws'
import type {WebSocket as Accepted} from 'ws'

import {rawConnection, readAll, until} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import type {TestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'
import type {TestUpstream} from './kit/upstream.ts'

const {signal} = new AbortController()
const longMs = 60_000

/** An application that speaks WebSocket, as the first release. */
const startApplication = async (t: ExecutionContext, started: TestProxy, generation = 1) => {
  const upstream = await startUpstream(t, (_request, response) => void response.end())
  const sockets = new WebSocketServer({server: upstream.server})
  t.teardown(() => sockets.close())
  const accepted: Accepted[] = []
  sockets.on('connection', (socket) => accepted.push(socket))
  await started.flip(upstream.target(generation))
  return {upstream, accepted}
}

/** One whose bytes are written by hand. */
const startRaw = async (
  t: ExecutionContext,
  started: TestProxy,
): Promise<{upstream: TestUpstream; sides: Duplex[]}> => {
  const upstream = await startUpstream(t, () => undefined)
  const sides: Duplex[] = []
  upstream.server.on('upgrade', (request, socket) => {
    t.teardown(() => socket.destroy())
    socket.on('error', () => undefined)
    const accept = createHash('sha1').update(
      `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
    )
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
    )
    sides.push(socket)
  })
  await started.flip(upstream.target(1))
  return {upstream, sides}
}

const open = async (t: ExecutionContext, {port}: TestProxy): Promise<Client> => {
  const socket = new Client(`ws://127.0.0.1:${port}/`, {headers: {host: shopHost}})
  t.teardown(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

const handshake = `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
const restart = '\x88\x11\x03\xf4Service Restart'

test('at the flip both sides are told to close with 1012, what was said before arrives, and the client finds the new release', async (t) => {
  const started = await startTestProxy(t, {}, {closes: ['websocket']})
  const {upstream, accepted} = await startApplication(t, started)
  const client = await open(t, started)
  const heard: string[] = []
  accepted[0]!.on('message', (data) => heard.push((data as Buffer).toString()))
  const closedThere = once(accepted[0]!, 'close')
  const closed = once(client, 'close')
  const next = await startApplication(t, started, 2)
  client.send('one')
  const drained = started.proxy.drain(shop, upstream.target(1), longMs, signal)
  client.send('two')
  t.deepEqual((await closed).map(String), ['1012', 'Service Restart'])
  t.is((await closedThere)[0], 1012)
  t.deepEqual(heard, ['one', 'two'])
  t.is((await drained).cut, 0)
  await open(t, started)
  t.is(next.accepted.length, 1)
})

test('with `WebSocket` of Node the close is clean', async (t) => {
  const started = await startTestProxy(t, {}, {closes: ['websocket']})
  await started.proxy.open({...shop, hosts: ['127.0.0.1'], port: undefined, closes: ['websocket']})
  const {upstream} = await startApplication(t, started)
  const client = new WebSocket(`ws://127.0.0.1:${started.port}/`)
  await once(client, 'open')
  const closed = once(client, 'close')
  await started.flip(targetAt(1, 2))
  t.is((await started.proxy.drain(shop, upstream.target(1), longMs, signal)).cut, 0)
  const [{code, reason, wasClean}] = (await closed) as [CloseEvent]
  t.deepEqual({code, reason, wasClean}, {code: 1012, reason: 'Service Restart', wasClean: true})
})

test('without the setting they stay until the deadline, and are closed with 1012 then', async (t) => {
  const started = await startTestProxy(t)
  const {upstream} = await startApplication(t, started)
  const client = await open(t, started)
  const closed = once(client, 'close')
  await started.flip(targetAt(1, 2))
  const draining = started.proxy.drain(shop, upstream.target(1), 2000, signal)
  client.ping()
  await once(client, 'pong')
  t.is((await draining).cut, 1)
  t.is((await closed)[0], 1012)
})

test('the Close frame waits for the end of the frame that is under way', async (t) => {
  const started = await startTestProxy(t, {}, {closes: ['websocket']})
  const {upstream, sides} = await startRaw(t, started)
  const client = rawConnection(t, started.port, handshake)
  const got = readAll(client)
  await until(() => sides.length === 1)
  // The first fragment of a message, cut in its middle.
  sides[0]!.write(Buffer.from('\x01\x06abc', 'latin1'))
  await until(() => client.bytesRead > 0 && started.proxy.routes()[0]!.inFlight === 1)
  await started.flip(targetAt(1, 2))
  const drained = started.proxy.drain(shop, upstream.target(1), longMs, signal)
  sides[0]!.write('def\x80\x03never')
  t.is((await drained).cut, 0)
  t.is((await got).split('\r\n\r\n')[1], `\x01\x06abcdef${restart}`)
})

test('where the client says nothing to it, the application is told by a masked Close frame', async (t) => {
  const started = await startTestProxy(t, {}, {closes: ['websocket']})
  const {upstream, sides} = await startRaw(t, started)
  const client = rawConnection(t, started.port, handshake)
  const got = readAll(client)
  await until(() => sides.length === 1)
  const told: Buffer[] = []
  sides[0]!.on('data', (chunk: Buffer) => told.push(chunk))
  await started.flip(targetAt(1, 2))
  t.is((await started.proxy.drain(shop, upstream.target(1), longMs, signal)).cut, 0)
  t.true((await got).endsWith(restart))
  const frame = Buffer.concat(told)
  const mask = frame.subarray(2, 6)
  t.deepEqual([...frame.subarray(0, 2)], [0x88, 0x91])
  const payload = Buffer.from(frame.subarray(6).map((byte, index) => byte ^ mask[index % 4]!))
  t.is(payload.readUInt16BE(), 1012)
})

test('one that the application closes by itself is left to it', async (t) => {
  const started = await startTestProxy(t, {}, {closes: ['websocket']})
  const {upstream, accepted} = await startApplication(t, started)
  const client = await open(t, started)
  const closed = once(client, 'close')
  await started.flip(targetAt(1, 2))
  accepted[0]!.close(4001, 'bye')
  await started.proxy.drain(shop, upstream.target(1), longMs, signal)
  t.true([4001, 1012].includes((await closed)[0] as number))
})

test('one that opens while its release is drained is closed as well', async (t) => {
  const started = await startTestProxy(t, {}, {closes: ['websocket']})
  const upstream = await startUpstream(t, () => undefined)
  const {promise: asked, resolve} = Promise.withResolvers<Duplex>()
  upstream.server.on('upgrade', (_request, socket) => resolve(socket))
  await started.flip(upstream.target(1))
  const got = readAll(rawConnection(t, started.port, handshake))
  const side = await asked
  t.teardown(() => side.destroy())
  await started.flip(targetAt(1, 2))
  const drained = started.proxy.drain(shop, upstream.target(1), longMs, signal)
  side.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await drained
  t.true((await got).endsWith(restart))
})
