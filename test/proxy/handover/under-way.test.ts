import {once} from 'node:events'
import {connect, constants} from 'node:http2'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {WebSocket, WebSocketServer} from 'ws'

import {ensureProxy} from '../../../src/proxy/client.ts'
import type {ProxyClient} from '../../../src/proxy/client.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {ask, freePort, keepAliveAgent, until} from '../kit/client.ts'
import {daemonPlace, isAlive, statusOf} from '../kit/daemon.ts'
import type {DaemonPlace} from '../kit/daemon.ts'
import {replaceBy} from '../kit/handover.ts'
import {shop, shopHost} from '../kit/proxy.ts'
import {askSecure, turnOnHttps} from '../kit/secure.ts'
import {startUpstream} from '../kit/upstream.ts'

const route = {...shop, hosts: [shopHost], port: undefined}

const startRouted = async (t: ExecutionContext, port?: number): Promise<Routed> => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const traffic = proxyTraffic(proxy, {...route, port})
  await traffic.open(place.signal)
  return {place, proxy, traffic, ...(await statusOf(proxy))}
}

interface Routed {
  place: DaemonPlace
  proxy: ProxyClient
  traffic: ReturnType<typeof proxyTraffic>
  port: number
  pid: number
}

const heldCount = async (proxy: ProxyClient): Promise<number> => (await statusOf(proxy)).routes[0]?.held ?? 0

const echo = async (t: ExecutionContext) => {
  const upstream = await startUpstream(t, (request, response) => request.pipe(response))
  const sockets = new WebSocketServer({server: upstream.server})
  sockets.on('connection', (socket) => socket.on('message', (text: Buffer) => socket.send(String(text))))
  return upstream
}

const openSocket = (t: ExecutionContext, port: number): WebSocket => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {headers: {host: shopHost}})
  socket.on('error', () => undefined)
  t.teardown(() => socket.terminate())
  return socket
}

const say = async (socket: WebSocket, text: string): Promise<string> => {
  const answer = once(socket, 'message')
  socket.send(text)
  return String((await answer)[0])
}

// One after the other: a process start takes its time on a busy machine.
test.serial('requests that wait in the old process are answered when a release is live in the new one', async (t) => {
  const {place, proxy, traffic, port} = await startRouted(t)
  const upstream = await echo(t)
  const got = ask(port)
  const posted = ask(port, {method: 'POST', body: 'a body', headers: {trailer: 'x'}})
  const chunked = ask(port, {method: 'PUT', body: 'in chunks', headers: {'transfer-encoding': 'chunked'}})
  const socket = openSocket(t, port)
  await until(async () => (await heldCount(proxy)) === 4)
  await replaceBy(place)
  await until(async () => (await heldCount(proxy)) === 4)
  await replaceBy(place)
  await until(async () => (await heldCount(proxy)) === 4)
  const opened = once(socket, 'open')
  await traffic.flip(upstream.target(1), place.signal)
  t.deepEqual([(await got).status, (await got).headers['x-imm-release']], [200, 'r1-aaaaaaa'])
  t.is((await got).headers.connection, 'close')
  t.deepEqual([(await posted).body, (await chunked).body], ['a body', 'in chunks'])
  await opened
  t.is(await say(socket, 'hello'), 'hello')
})

test.serial('what the new process flips holds for connections that the old one kept', async (t) => {
  const {place, traffic, port} = await startRouted(t)
  const [one, two] = [
    await startUpstream(t, (_, response) => void response.end('one')),
    await startUpstream(t, (_, response) => void response.end('two')),
  ]
  await traffic.flip(one.target(1), place.signal)
  const agent = keepAliveAgent(t, 1)
  t.is((await ask(port, {agent})).body, 'one')
  await replaceBy(place)
  await traffic.flip(two.target(2), place.signal)
  const answer = await ask(port, {agent})
  t.deepEqual([answer.body, answer.headers.connection], ['two', 'close'])
  t.deepEqual(answer.headers['x-imm-release'], 'r2-aaaaaaa')
  t.is((await ask(port, {agent, host: 'nobody.localhost'})).status, 404)
})

test.serial('a request and a WebSocket under way go on in the old process, which ends after them', async (t) => {
  const {place, traffic, port, pid} = await startRouted(t)
  const go = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const upstream = await startUpstream(t, (_, response) => {
    asked.resolve()
    void go.promise.then(() => response.end('slow'))
  })
  new WebSocketServer({server: upstream.server}).on('connection', (socket) =>
    socket.on('message', (text: Buffer) => socket.send(String(text))),
  )
  await traffic.flip(upstream.target(1), place.signal)
  const socket = openSocket(t, port)
  await once(socket, 'open')
  const slow = ask(port)
  await asked.promise
  await replaceBy(place)
  t.is(await say(socket, 'still there'), 'still there')
  go.resolve()
  t.is((await slow).body, 'slow')
  t.true(isAlive(pid))
  socket.close()
  await until(() => !isAlive(pid))
})

test.serial(
  'a drain in the new process waits for what is under way in the ones before, and cuts it at the deadline',
  async (t) => {
    const {place, traffic, port, pid} = await startRouted(t)
    const upstream = await echo(t)
    const next = await echo(t)
    await traffic.flip(upstream.target(1), place.signal)
    const sockets = [openSocket(t, port)]
    await once(sockets[0]!, 'open')
    await replaceBy(place)
    sockets.push(openSocket(t, port))
    await once(sockets[1]!, 'open')
    const second = (await replaceBy(place)).pid
    await traffic.flip(next.target(2), place.signal)
    const closed = sockets.map(async (socket) => once(socket, 'close'))
    const {drainMs, cut} = await traffic.drain(upstream.target(1), 200, place.signal)
    t.is(cut, 2)
    t.true(drainMs >= 190)
    await Promise.all(closed)
    await until(() => !isAlive(pid))
    t.true(isAlive(second))
  },
)

test.serial('a port of its own goes over too, on every address', async (t) => {
  const free = await startUpstream(t, () => undefined)
  const own = free.port
  await free.close()
  const {place, traffic, port} = await startRouted(t, own)
  const upstream = await startUpstream(t, (_, response) => void response.end('here'))
  await traffic.flip(upstream.target(1), place.signal)
  await replaceBy(place)
  for (const address of ['127.0.0.1', '::1'])
    for (const each of [port, own]) t.is((await ask(each, {address})).body, 'here', `${address} ${each}`)
})

test.serial(
  'a port of its own for https goes over too, and a stream of HTTP/2 that waits is sent again by its client',
  async (t) => {
    const httpsPort = await freePort()
    const place = await daemonPlace(t, {IMM_PROXY_HTTPS_PORT: String(httpsPort)})
    const {pem: ca} = await turnOnHttps(place.paths.home)
    const proxy = await ensureProxy(place)
    const traffic = proxyTraffic(proxy, {...shop, hosts: [shopHost], port: undefined})
    await traffic.open(place.signal)
    const {port, pid} = await statusOf(proxy)
    const session = connect(`http://127.0.0.1:${port}`)
    t.teardown(() => session.destroy())
    session.on('error', () => undefined)
    const waiting = session.request({':path': '/', ':authority': shopHost})
    const refused = new Promise((resolve) => waiting.once('close', resolve))
    waiting.on('error', () => undefined)
    await until(async () => (await statusOf(proxy)).routes[0]?.held === 1)
    await replaceBy(place)
    await refused
    t.is(waiting.rstCode, constants.NGHTTP2_REFUSED_STREAM)
    const upstream = await startUpstream(t, (_, response) => void response.end('here'))
    await traffic.flip(upstream.target(1), place.signal)
    t.is((await askSecure(httpsPort, {ca})).body, 'here')
    await until(() => !isAlive(pid))
    t.is((await askSecure(httpsPort, {ca})).body, 'here')
  },
)

test.serial('told to stop, the new process takes the old ones along', async (t) => {
  const {place, proxy, traffic, port, pid} = await startRouted(t)
  await traffic.flip((await echo(t)).target(1), place.signal)
  const socket = openSocket(t, port)
  await once(socket, 'open')
  await replaceBy(place)
  t.true(isAlive(pid))
  const closed = once(socket, 'close')
  await proxy.stop(0, place.signal)
  await closed
  await until(() => !isAlive(pid))
})
