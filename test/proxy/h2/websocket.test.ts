import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo, Socket} from 'node:net'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {WebSocketServer} from 'ws'

import type {AccessEntry} from '../../../src/proxy/access-log.ts'
import {until} from '../kit/client.ts'
import {shop, shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream, targetAt} from '../kit/upstream.ts'
import {answerOn, askStream, openSession, openStream} from './kit.ts'

const connectHead = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':path': '/chat',
  ':scheme': 'http',
  'sec-websocket-version': '13',
  origin: `http://${shopHost}`,
}

/** An application that takes every upgrade, with what the test wants to say and do on it. */
const startTunnel = async (t: ExecutionContext, onSocket: (socket: Socket) => void) => {
  const server = createServer()
  server.on('upgrade', ({headers}, socket: Socket) => {
    const key = headers['sec-websocket-key']
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.on('error', () => undefined)
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return targetAt((server.address() as AddressInfo).port, 1)
}

test('a WebSocket over a stream reaches an application that knows those of HTTP/1.1', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const sockets = new WebSocketServer({port: 0, host: '127.0.0.1', handleProtocols: () => 'talk'})
  await once(sockets, 'listening')
  t.teardown(() => sockets.close())
  const asked: unknown[] = []
  sockets.on('connection', (socket, request) => {
    asked.push(request.method, request.url, request.headers.origin)
    socket.on('message', (message: Buffer) => socket.send(`echo ${message.toString()}`))
  })
  await flip(targetAt((sockets.address() as AddressInfo).port, 1))
  const entries: AccessEntry[] = []
  const listening = proxy.access.listen((entry) => void entries.push(entry))
  t.teardown(() => listening[Symbol.dispose]())
  const session = openSession(t, port)
  await once(session, 'remoteSettings')
  t.true(session.remoteSettings.enableConnectProtocol)
  const stream = openStream(session, {...connectHead, 'sec-websocket-protocol': 'talk'})
  const [head] = (await once(stream, 'response')) as [Record<string, unknown>]
  t.is(head[':status'], 200)
  t.is(head['sec-websocket-protocol'], 'talk')
  t.is(head['sec-websocket-accept'], undefined)
  t.is(head['x-imm-release'], 'r1-aaaaaaa')
  // A masked text frame "hi" with a mask of zeros.
  stream.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]))
  const [frame] = (await once(stream, 'data')) as [Buffer]
  t.deepEqual([...frame.subarray(0, 2)], [0x81, 7])
  t.is(frame.subarray(2).toString(), 'echo hi')
  t.deepEqual(asked, ['GET', '/chat', `http://${shopHost}`])
  t.is(proxy.routes()[0]?.inFlight, 1)
  stream.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]))
  await new Promise((resolve) => stream.resume().once('close', resolve))
  t.is(stream.rstCode, 0)
  await until(() => proxy.routes()[0]?.inFlight === 0)
  t.is(proxy.routes()[0]?.failed, 0)
  t.deepEqual(
    entries.map(({outcome, status, bytesIn}) => [outcome, status, bytesIn]),
    [['ok', 101, 14]],
  )
})

test('what the application answers instead of a switch is the answer', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.writeHead(403).end('no'))
  await flip(upstream.target(1))
  const answer = await answerOn(openStream(openSession(t, port), connectHead))
  t.deepEqual([answer.status, answer.body], [403, 'no'])
})

test('a switch without the answer to its key is none', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, () => undefined)
  upstream.server.on('upgrade', (_request, socket) => {
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n',
    )
  })
  await flip(upstream.target(1))
  const answer = await answerOn(openStream(openSession(t, port), connectHead))
  t.is(answer.status, 502)
})

test('either side may end its half first', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const {promise: upstreamSocket, resolve} = Promise.withResolvers<Socket>()
  await flip(await startTunnel(t, resolve))
  const stream = openStream(openSession(t, port), connectHead)
  await once(stream, 'response')
  const socket = await upstreamSocket
  stream.end('last words')
  let heard = ''
  socket.on('data', (bytes: Buffer) => (heard += String(bytes)))
  await once(socket, 'end')
  t.is(heard, 'last words')
  socket.end('answer')
  t.is((await answerOn(stream)).body, 'answer')
})

test('a half that ended before the switch is ended after it', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const {promise, resolve} = Promise.withResolvers<Socket>()
  const target = await startTunnel(t, resolve)
  const stream = openStream(openSession(t, port), connectHead)
  stream.end()
  await until(() => proxy.routes()[0]?.held === 1)
  await flip(target)
  const socket = await promise
  await until(() => socket.readableEnded)
  socket.end('answer')
  t.is((await answerOn(stream)).body, 'answer')
})

test('a reset on one side is one on the other', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const queue: Socket[] = []
  await flip(await startTunnel(t, (socket) => queue.push(socket)))
  const session = openSession(t, port)
  const stream = openStream(session, connectHead, {waitForTrailers: true})
  await once(stream, 'response')
  await until(() => queue.length === 1)
  const [socket] = queue as [Socket]
  socket.resume()
  stream.close(8)
  await once(socket, 'end')

  const other = openStream(session, connectHead)
  await once(other, 'response')
  await until(() => queue.length === 2)
  queue[1]?.resetAndDestroy()
  t.is((await answerOn(other)).code, 8)
  await until(() => proxy.routes()[0]?.inFlight === 0)
})

for (const how of ['session', 'socket'] as const)
  test(`a client that vanishes with its ${how} takes the application’s side along`, async (t) => {
    const {port, flip, proxy} = await startTestProxy(t)
    const {promise, resolve} = Promise.withResolvers<Socket>()
    await flip(await startTunnel(t, resolve))
    const session = openSession(t, port)
    const stream = openStream(session, connectHead)
    await once(stream, 'response')
    const socket = await promise
    socket.resume()
    const closed = once(socket, 'end')
    if (how === 'session') session.destroy()
    else session.socket.destroy()
    await closed
    await until(() => proxy.routes()[0]?.inFlight === 0)
    t.pass()
  })

test('the drain deadline cuts it', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const target = await startTunnel(t, () => undefined)
  await flip(target)
  const stream = openStream(openSession(t, port), connectHead)
  await once(stream, 'response')
  const next = await startUpstream(t, (_request, response) => void response.end())
  await flip(next.target(2))
  t.is((await proxy.drain(shop, target, 10, new AbortController().signal)).cut, 1)
  t.is((await answerOn(stream)).code, 8)
})

test('a plain CONNECT is refused', async (t) => {
  const {port, flip} = await startTestProxy(t)
  let reached = 0
  const upstream = await startUpstream(t, () => void reached++)
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const plain = session.request({':method': 'CONNECT', ':authority': `${shopHost}:443`})
  t.is((await answerOn(plain)).status, 405)
  const other = await answerOn(openStream(session, {...connectHead, ':protocol': 'connect-udp'}))
  t.is(other.status, 405)
  t.is((await askStream(session, {':authority': 'other.localhost', ...connectHead})).status, 404)
  t.is(reached, 0)
})
