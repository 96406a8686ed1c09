import {connect} from 'node:http2'
import type {ClientHttp2Session} from 'node:http2'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'
import {WebSocketServer} from 'ws'

import {tlsPlace} from '../../../src/tls/place.ts'
import {until} from '../kit/client.ts'
import {shopHost, startTestProxy} from '../kit/proxy.ts'
import {secureConnection, turnOnHttps} from '../kit/secure.ts'
import {startUpstream} from '../kit/upstream.ts'

const sessionTo = async (t: ExecutionContext, port: number, ca: string): Promise<ClientHttp2Session> => {
  const socket = await secureConnection(t, port, {ca, ALPNProtocols: ['h2', 'http/1.1']})
  t.is(socket.alpnProtocol, 'h2')
  const session = connect(`https://${shopHost}:${port}`, {createConnection: () => socket})
  // The proxy's end may reset it; requests that are lost by that fail by themselves.
  session.on('error', () => undefined)
  t.teardown(() => session.destroy())
  return session
}

const get = async (session: ClientHttp2Session, path: string): Promise<string> => {
  const stream = session.request({':path': path})
  let body = ''
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  return body
}

test('a client that offers h2 gets it, with many requests at once on its connection', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) =>
    response.end(`${String(request.headers['x-forwarded-proto'])} ${request.headers.host} ${request.url}`),
  )
  await flip(upstream.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const session = await sessionTo(t, port, ca)
  const bodies = await Promise.all(Array.from({length: 50}, async (_, index) => get(session, `/${index}`)))
  t.deepEqual(
    bodies,
    Array.from({length: 50}, (_, index) => `https ${shopHost}:${port} /${index}`),
  )
})

test('an open connection of h2 goes to the next release after a flip', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const one = await startUpstream(t, (_request, response) => response.end('one'))
  const two = await startUpstream(t, (_request, response) => response.end('two'))
  await flip(one.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const session = await sessionTo(t, port, ca)
  t.is(await get(session, '/'), 'one')
  await flip(two.target(2))
  t.is(await get(session, '/'), 'two')
})

test('a WebSocket over h2 over TLS is joined with its upstream', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end())
  const sockets = new WebSocketServer({server: upstream.server})
  sockets.on('connection', (socket) => socket.send('hello'))
  t.teardown(() => {
    for (const socket of sockets.clients) socket.terminate()
  })
  await flip(upstream.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const session = await sessionTo(t, port, ca)
  await until(() => session.remoteSettings.enableConnectProtocol === true)
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':path': '/',
    'sec-websocket-version': '13',
  })
  const frame = await new Promise<Buffer>((resolve, reject) => stream.once('data', resolve).once('error', reject))
  t.is(frame.toString('latin1'), '\u0081\u0005hello')
})

test('connections of h2 over TLS end when the proxy does', async (t) => {
  const {port, home, proxy} = await startTestProxy(t)
  const {pem: ca} = await turnOnHttps(home)
  const session = await sessionTo(t, port, ca)
  const closed = new Promise((resolve) => session.once('close', resolve))
  await proxy[Symbol.asyncDispose]()
  await closed
  t.pass()
})

test('curl speaks h2 with it by itself', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end('here'))
  await flip(upstream.target(1))
  await turnOnHttps(home)
  const place = ['--cacert', tlsPlace(home).certificate, '--resolve', `${shopHost}:${port}:127.0.0.1`]
  const how = ['-sS', '--noproxy', '*', '-w', ' %{http_version}', ...place]
  const {code, stdout, stderr} = await execa('curl', [...how, `https://${shopHost}:${port}/`], {reject: false})
  if (code === 'ENOENT') return t.log('skipped: curl is not installed')
  t.is(stdout, 'here 2', stderr)
})
