import {createServer} from 'node:net'
import type {AddressInfo, Server} from 'node:net'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {watchHttps} from '../../../src/proxy/tls/https.ts'
import {createSecureFront} from '../../../src/proxy/tls/secure-front.ts'
import type {SecureFront} from '../../../src/proxy/tls/secure-front.ts'
import {rawConnection, readAll, until} from '../kit/client.ts'
import {temporaryDirectory} from '../kit/proxy.ts'
import {secureConnection, turnOnHttps} from '../kit/secure.ts'

interface TestFront {
  port: number
  server: Server
  front: SecureFront
  delivered: () => number
  ca: string
}

/** A front whose handshakes may take `timeoutMs`, behind a server that reads nothing itself. */
const startFront = async (t: ExecutionContext, timeoutMs: number): Promise<TestFront> => {
  const home = await temporaryDirectory(t)
  const {pem: ca} = await turnOnHttps(home)
  let delivered = 0
  const https = watchHttps({home, isRouted: () => true, log: () => undefined})
  const front = createSecureFront(
    https,
    {
      'http/1.1': (socket) => {
        delivered++
        socket.on('error', () => undefined).pipe(socket)
      },
    },
    timeoutMs,
  )
  const server = createServer({allowHalfOpen: true}, (socket) => {
    socket.once('data', (read) => front.take(socket, read))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return {port: (server.address() as AddressInfo).port, server, front, delivered: () => delivered, ca}
}

const connections = async (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))

test('a handshake that stalls, or comes a byte at a time, ends with its time', async (t) => {
  const {port, server, delivered} = await startFront(t, 300)
  const stalled = rawConnection(t, port, '\u0016\u0003\u0001\u0002\u0000\u0001')
  const dripping = rawConnection(t, port, '\u0016\u0003\u0001')
  const drip = setInterval(() => dripping.write('\u0001'), 20)
  t.teardown(() => clearInterval(drip))
  const startMs = performance.now()
  await Promise.all([readAll(stalled), readAll(dripping)])
  t.true(performance.now() - startMs >= 200)
  await until(async () => (await connections(server)) === 0)
  t.is(delivered(), 0)
})

test('a finished handshake has no limit any more', async (t) => {
  const {port, ca} = await startFront(t, 2000)
  const socket = await secureConnection(t, port, {ca})
  // Began later: its time is over after that of the first.
  await readAll(rawConnection(t, port, '\u0016\u0003\u0001\u0002\u0000\u0001'))
  t.false(socket.destroyed)
  socket.write('x')
  t.is(String(await new Promise((resolve) => socket.once('data', resolve))), 'x')
})

test('what is no handshake after all ends', async (t) => {
  const {port, server, delivered} = await startFront(t, 60_000)
  const answers = [
    '\u0016GET / HTTP/1.1\r\n\r\n',
    '\u0016\u0003\u0001\u0000\u0005hello',
    '\u0016\u0003\u0003\u0000\u0000',
  ].map(async (text) => {
    const socket = rawConnection(t, port, text)
    socket.end()
    return readAll(socket)
  })
  await Promise.all(answers)
  await until(async () => (await connections(server)) === 0)
  t.is(delivered(), 0)
})

test('of a flood of handshakes that are never finished nothing is left when the clients are gone', async (t) => {
  const {port, server, ca} = await startFront(t, 60_000)
  const sockets = Array.from({length: 500}, () => rawConnection(t, port, '\u0016\u0003\u0001\u0002\u0000\u0001'))
  await until(async () => (await connections(server)) === 500)
  await secureConnection(t, port, {ca})
  for (const socket of sockets) socket.resetAndDestroy()
  await until(async () => (await connections(server)) <= 1)
  t.pass()
})

test('told to, it ends the handshakes under way', async (t) => {
  const {port, server, front} = await startFront(t, 60_000)
  const socket = rawConnection(t, port, '\u0016\u0003\u0001\u0002\u0000\u0001')
  const ended = readAll(socket)
  await until(async () => (await connections(server)) === 1)
  await until(async () => {
    front.closeHandshakes()
    return (await connections(server)) === 0
  })
  t.is(await ended, '')
})

test('a client that speaks none of the protocols is told so', async (t) => {
  const {port, ca, delivered} = await startFront(t, 60_000)
  await t.throwsAsync(secureConnection(t, port, {ca, ALPNProtocols: ['spdy/1']}), {
    code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
  })
  t.is(delivered(), 0)
  const socket = await secureConnection(t, port, {ca, ALPNProtocols: ['spdy/1', 'http/1.1']})
  t.is(socket.alpnProtocol, 'http/1.1')
})
