import {createHash, randomBytes} from 'node:crypto'
import {readdir, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {connect as connectTls} from 'node:tls'
import type {TLSSocket} from 'node:tls'

import test from 'ava'
import {execa} from 'execa'
import {WebSocket, WebSocketServer} from 'ws'
import type {ClientOptions} from 'ws'

import {createProxy} from '../../../src/proxy/proxy.ts'
import {tlsPlace} from '../../../src/tls/place.ts'
import {ask, freePort, rawConnection, readAll} from '../kit/client.ts'
import {shop, shopHost, startTestProxy, temporaryDirectory} from '../kit/proxy.ts'
import {askSecure, secureConnection, turnOnHttps} from '../kit/secure.ts'
import {startUpstream} from '../kit/upstream.ts'

const unrecognizedName = {code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME'}

const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

test('before there is an authority a TLS handshake is refused with an alert, and http works', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end('here'))
  await flip(upstream.target(1))
  await t.throwsAsync(secureConnection(t, port, {rejectUnauthorized: false}), unrecognizedName)
  t.is((await ask(port)).body, 'here')
})

test('once there is one, the same port speaks https as well, without a restart', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) =>
    response.end([request.headers['x-forwarded-proto'], request.headers['x-forwarded-for'], request.url].join(' ')),
  )
  await flip(upstream.target(1))
  await t.throwsAsync(secureConnection(t, port, {rejectUnauthorized: false}))
  const {pem} = await turnOnHttps(home)
  const answer = await askSecure(port, {ca: pem, path: '/a'})
  t.is(answer.body, 'https 127.0.0.1 /a')
  t.is(answer.headers['strict-transport-security'], undefined, 'http must work again after `imm proxy untrust`')
  t.is((await ask(port, {path: '/b'})).body, 'http 127.0.0.1 /b')
})

test('each host has a certificate of its own, and names that nothing is routed under get the page that says so', async (t) => {
  const {port, home, proxy} = await startTestProxy(t)
  const {pem: ca} = await turnOnHttps(home)
  await proxy.open({...shop, app: 'api', hosts: ['api.shop.localhost'], port: undefined})
  for (const servername of [shopHost, 'API.shop.localhost', 'nobody.localhost', 'localhost']) {
    const socket = await secureConnection(t, port, {ca, servername})
    t.true(socket.authorized)
    t.regex(socket.getPeerCertificate().subjectaltname ?? '', new RegExp(`^DNS:${servername.toLowerCase()}(,|$)`))
  }
  t.is((await askSecure(port, {ca, host: 'nobody.localhost'})).status, 404)
  const files = await readdir(tlsPlace(home).hosts)
  t.deepEqual(files.toSorted(), ['api.shop.localhost.pem', 'localhost.pem', 'shop.localhost.pem'])
})

test('a client that names no host is shown the certificate of localhost and the loopback addresses', async (t) => {
  const {port, home} = await startTestProxy(t)
  const {pem: ca} = await turnOnHttps(home)
  for (const address of ['127.0.0.1', '::1']) {
    const socket = await secureConnection(t, port, {ca, host: address, servername: ''})
    t.true(socket.authorized, address)
  }
})

test('a hostname that is not of this machine alone gets the alert unrecognized_name', async (t) => {
  const {port, home, proxy} = await startTestProxy(t)
  const {pem: ca} = await turnOnHttps(home)
  await proxy.open({...shop, hosts: ['shop.test', shopHost], port: undefined})
  for (const servername of ['shop.test', 'example.com', 'localhost.example.com', '.localhost', 'a/../b.localhost'])
    await t.throwsAsync(secureConnection(t, port, {ca, servername}), unrecognizedName, servername)
  t.like(proxy.state(shop), {url: `http://shop.test:${port}`})
})

test('also a handshake that comes byte by byte is done, or ended with an alert', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end('here'))
  await flip(upstream.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const dripping = createServer((socket) => {
    const onward = rawConnection(t, port, '')
    onward.setNoDelay(true).pipe(socket)
    socket.on('data', (bytes: Buffer) => {
      for (const byte of bytes) onward.write(Buffer.from([byte]))
    })
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve))
  t.teardown(() => dripping.close())
  const {port: slow} = dripping.address() as AddressInfo
  t.is((await askSecure(slow, {ca})).body, 'here')
  const error = await t.throwsAsync<NodeJS.ErrnoException>(secureConnection(t, slow, {ca, servername: 'shop.test'}))
  t.regex(error.code ?? '', /UNRECOGNIZED_NAME|HANDSHAKE_FAILURE/)
})

for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`${version} is spoken, and a session goes on at another connection`, async (t) => {
    const {port, home} = await startTestProxy(t)
    const {pem: ca} = await turnOnHttps(home)
    const options = {ca, minVersion: version, maxVersion: version, ALPNProtocols: ['http/1.1']} as const
    const first = await secureConnection(t, port, options)
    t.is(first.getProtocol(), version)
    t.is(first.alpnProtocol, 'http/1.1')
    const session = version === 'TLSv1.2' ? first.getSession() : await ticketOf(first)
    for (const host of ['127.0.0.1', '::1']) {
      const next = await secureConnection(t, port, {...options, host, session})
      t.true(next.isSessionReused(), host)
      t.true(next.authorized)
    }
  })

const ticketOf = async (socket: TLSSocket): Promise<Buffer> => {
  socket.write('GET / HTTP/1.0\r\n\r\n')
  return new Promise((resolve) => socket.once('session', resolve))
}

test('older versions of TLS are refused', async (t) => {
  const {port, home} = await startTestProxy(t)
  const {pem: ca} = await turnOnHttps(home)
  const options = {ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0'} as const
  const error = await t.throwsAsync<NodeJS.ErrnoException>(secureConnection(t, port, options))
  t.regex(error.code ?? '', /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/)
})

test('a burst of first connections makes one certificate, in a file for its owner alone', async (t) => {
  const {port, home, log} = await startTestProxy(t)
  const {pem: ca} = await turnOnHttps(home)
  const sockets = await Promise.all(Array.from({length: 50}, async () => secureConnection(t, port, {ca})))
  t.is(new Set(sockets.map((socket) => socket.getPeerCertificate().fingerprint256)).size, 1)
  const {directory, hosts, authority} = tlsPlace(home)
  t.is(await mode(directory), 0o700)
  t.is(await mode(hosts), 0o700)
  t.is(await mode(authority), 0o600)
  for (const file of await readdir(hosts)) t.is(await mode(path.join(hosts, file)), 0o600)
  t.false(log.join('\n').includes('PRIVATE'))
})

test('a certificate outlives the process, and not its authority', async (t) => {
  const home = await temporaryDirectory(t)
  const {pem: ca} = await turnOnHttps(home)
  const fingerprint = async (authority: string): Promise<string> => {
    await using proxy = await createProxy({home, port: 0, log: () => undefined})
    await proxy.open({...shop, hosts: [shopHost], port: undefined})
    const socket = await secureConnection(t, proxy.port, {ca: authority})
    return socket.getPeerCertificate().fingerprint256
  }
  const first = await fingerprint(ca)
  t.is(await fingerprint(ca), first)
  await rm(tlsPlace(home).authority)
  const next = await turnOnHttps(home)
  t.not(await fingerprint(next.pem), first)
})

test('without its authority https is off again at once, and another authority is taken up', async (t) => {
  const {port, home, log} = await startTestProxy(t)
  const {pem: before} = await turnOnHttps(home)
  await secureConnection(t, port, {ca: before})
  await rm(tlsPlace(home).authority)
  await t.throwsAsync(secureConnection(t, port, {ca: before}), unrecognizedName)
  const {pem: after} = await turnOnHttps(home)
  await secureConnection(t, port, {ca: after})
  await t.throwsAsync(secureConnection(t, port, {ca: before}))
  t.deepEqual(
    log.filter((line) => line.startsWith('https')).map((line) => line.split(',')[0]),
    ['https is on', 'https is off', 'https is on'],
  )
})

test('an authority that makes no sense leaves https off and http untouched', async (t) => {
  const {port, home, log} = await startTestProxy(t)
  await turnOnHttps(home)
  await writeFile(tlsPlace(home).authority, 'nothing of that kind')
  await t.throwsAsync(secureConnection(t, port, {rejectUnauthorized: false}), unrecognizedName)
  t.is((await ask(port, {host: 'nobody.localhost'})).status, 404)
  t.true(log.some((line) => line.includes('authority.pem')))
})

test('bodies of megabytes pass both ways unchanged', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => request.pipe(response))
  await flip(upstream.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const body = randomBytes(8 * 1024 * 1024)
  const answer = await askSecure(port, {ca, method: 'POST', body})
  t.is(hash(Buffer.from(answer.body, 'latin1')), hash(body))
})

test('a WebSocket over TLS is joined with its upstream', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end())
  const echo = new WebSocketServer({server: upstream.server})
  echo.on('connection', (socket, request) => {
    socket.on('message', (text: Buffer) =>
      socket.send(`${String(request.headers['x-forwarded-proto'])} ${text.toString()}`),
    )
  })
  await flip(upstream.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const options = {ca, servername: shopHost, headers: {host: shopHost}}
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, options satisfies ClientOptions)
  t.teardown(() => socket.terminate())
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send('hello')
  t.is(String(await new Promise((resolve) => socket.once('message', resolve))), 'https hello')
})

test('a connection stays open for the next request, through a flip', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const one = await startUpstream(t, (_request, response) => response.end('one'))
  const two = await startUpstream(t, (_request, response) => response.end('two'))
  await flip(one.target(1))
  const {pem: ca} = await turnOnHttps(home)
  const socket = await secureConnection(t, port, {ca})
  const bodies = async (): Promise<string> => {
    socket.write(`GET / HTTP/1.1\r\nHost: ${shopHost}\r\n\r\n`)
    let received = ''
    for (;;) {
      received += String(await new Promise((resolve) => socket.once('data', resolve)))
      const body = /\r\n\r\n(one|two)$/.exec(received)?.[1]
      if (body !== undefined) return body
    }
  }
  t.is(await bodies(), 'one')
  await flip(two.target(2))
  t.is(await bodies(), 'two')
})

test('a port of an app speaks https too', async (t) => {
  const {home, proxy, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end('here'))
  const free = await freePort()
  await proxy.open({...shop, hosts: [], port: free})
  await flip(upstream.target(1))
  t.is(proxy.state(shop)?.url, `http://localhost:${free}`)
  const {pem: ca} = await turnOnHttps(home)
  t.is(proxy.state(shop)?.url, `https://localhost:${free}`)
  t.is((await askSecure(free, {ca, host: 'localhost'})).body, 'here')
})

test('links are https once a store of this machine has the authority', async (t) => {
  const {port, home, proxy} = await startTestProxy(t)
  t.is(proxy.state(shop)?.url, `http://${shopHost}:${port}`)
  t.deepEqual(proxy.https(), {port, trusted: false, untilMs: undefined})
  const {untilMs} = await turnOnHttps(home)
  t.is(proxy.state(shop)?.url, `https://${shopHost}:${port}`)
  t.deepEqual(proxy.https(), {port, trusted: true, untilMs})
  await rm(tlsPlace(home).trusted)
  t.is(proxy.state(shop)?.url, `http://${shopHost}:${port}`)
})

test('https can have a port of its own, which speaks http as well', async (t) => {
  const home = await temporaryDirectory(t)
  const {pem: ca} = await turnOnHttps(home)
  const httpsPort = await freePort()
  await using proxy = await createProxy({home, port: 0, httpsPort, log: () => undefined})
  const {url} = await proxy.open({...shop, hosts: [shopHost], port: undefined})
  t.is(url, `https://${shopHost}:${httpsPort}`)
  for (const port of [proxy.port, httpsPort]) {
    t.is((await askSecure(port, {ca, host: 'nobody.localhost'})).status, 404)
    t.is((await ask(port, {host: 'nobody.localhost'})).status, 404)
  }
})

test('a port for https that somebody else has is told, and the main port given up again', async (t) => {
  const home = await temporaryDirectory(t)
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  t.teardown(() => holder.close())
  const {port: httpsPort} = holder.address() as AddressInfo
  const port = await freePort()
  const error = await t.throwsAsync<Error & {next: string}>(
    createProxy({home, port, httpsPort, log: () => undefined}),
    {
      code: 'PORT_IN_USE',
    },
  )
  t.regex(error.next, /IMM_PROXY_HTTPS_PORT/)
  await using proxy = await createProxy({home, port, log: () => undefined})
  t.is(proxy.port, port)
})

test('curl and openssl accept what is shown', async (t) => {
  const {port, home, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => response.end('here'))
  await flip(upstream.target(1))
  await turnOnHttps(home)
  const {certificate} = tlsPlace(home)
  const options = {reject: false, input: ''} as const
  const url = `https://${shopHost}:${port}/`
  const curl = await execa(
    'curl',
    ['-sS', '--noproxy', '*', '--cacert', certificate, '--resolve', `${shopHost}:${port}:127.0.0.1`, url],
    options,
  )
  if (curl.code === 'ENOENT') t.log('curl is not installed')
  else t.is(curl.stdout, 'here', curl.stderr)
  const asked = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', shopHost, '-verify_hostname', shopHost]
  const openssl = await execa('openssl', [...asked, '-CAfile', certificate, '-verify_return_error'], options)
  if (openssl.code === 'ENOENT') t.log('openssl is not installed')
  else t.regex(openssl.stdout, /Verify return code: 0 \(ok\)/, openssl.stderr)
})

test('once it stops listening, handshakes under way and idle connections end', async (t) => {
  const {port, home, proxy} = await startTestProxy(t)
  await turnOnHttps(home)
  const stalled = rawConnection(t, port, '\u0016\u0003\u0001')
  const open = connectTls({host: '127.0.0.1', port, servername: shopHost, rejectUnauthorized: false})
  t.teardown(() => open.destroy())
  open.on('error', () => undefined)
  await new Promise((resolve) => open.once('secureConnect', resolve))
  open.write(`GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n`)
  await new Promise((resolve) => open.once('data', resolve))
  const ended = Promise.all([readAll(stalled), readAll(open)])
  await proxy.stopListening()
  t.is((await ended)[0], '')
})
