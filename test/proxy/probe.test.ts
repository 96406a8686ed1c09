import {createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {probe} from '../../src/proxy/probe.ts'
import {startUpstream} from './kit/upstream.ts'

const {signal} = new AbortController()

const serve = async (
  t: ExecutionContext,
  onSocket: (socket: Socket) => void,
): Promise<{host: string; port: number}> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {host: '127.0.0.1', port: (server.address() as AddressInfo).port}
}

test('any HTTP answer is an observation, redirects are not followed', async (t) => {
  let asked = 0
  const upstream = await startUpstream(t, (request, response) => {
    asked++
    if (request.headers.host !== 'localhost') response.writeHead(400)
    else response.writeHead(request.url === '/moved' ? 302 : 500, {location: '/elsewhere'})
    response.end()
  })
  const address = {host: '127.0.0.1', port: upstream.port}
  t.deepEqual(await probe(address, '/moved', 5000, signal), {outcome: 'http', status: 302})
  t.deepEqual(await probe(address, '/', 5000, signal), {outcome: 'http', status: 500})
  t.is(asked, 2)
})

test('without a path an accepted connection is enough', async (t) => {
  const {promise: closed, resolve} = Promise.withResolvers<void>()
  const address = await serve(t, (socket) => {
    socket.resume()
    socket.once('close', () => resolve())
  })
  t.deepEqual(await probe(address, undefined, 5000, signal), {outcome: 'connected'})
  await closed
})

test('what went wrong is told apart', async (t) => {
  const refused = await startUpstream(t, () => undefined)
  await refused.close()
  const outcome = async (address: {host: string; port: number}) => (await probe(address, '/', 10_000, signal)).outcome
  t.is(await outcome({host: '127.0.0.1', port: refused.port}), 'refused')
  t.is(await outcome(await serve(t, (socket) => void socket.resetAndDestroy())), 'reset')
  t.is(await outcome(await serve(t, (socket) => void socket.end())), 'reset')
  t.is(await outcome(await serve(t, (socket) => void socket.end('SSH-2.0-x\r\n'))), 'garbage')
  t.is(await outcome({host: 'nowhere.invalid', port: 1}), 'unreachable')
  t.deepEqual(await probe(await serve(t, () => undefined), '/', 50, signal), {outcome: 'timeout', connected: true})
})

test('its signal ends it at once, with the signal’s reason', async (t) => {
  const address = await serve(t, () => undefined)
  const stopped = new AbortController()
  const probing = probe(address, '/', 60_000, stopped.signal)
  const reason = new Error('superseded')
  stopped.abort(reason)
  t.is(await t.throwsAsync(probing), reason)
  t.is(await t.throwsAsync(probe(address, '/', 60_000, stopped.signal)), reason)
})
