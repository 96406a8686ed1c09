import {once} from 'node:events'
import type {IncomingMessage} from 'node:http'
import {createServer, type AddressInfo} from 'node:net'

import test from 'ava'

import {openWeb} from '../../../../src/parity/sides/web/open-web.ts'
import {fails} from '../../fails.ts'
import {http2Server, httpServer, httpsServer, untilMs} from './servers.ts'

const signal = new AbortController().signal

test('a server with a certificate of its own making is read, and told as not trusted', async (t) => {
  await using server = await http2Server((response) => {
    response.writeHead(201, {'content-type': 'text/plain', 'x-frame-options': 'DENY'})
    response.end('hello')
  })
  const url = `https://localhost:${server.port}/`
  const {web, gaps} = await openWeb(url, signal)
  t.deepEqual(gaps, [])
  t.like(web, {url, status: 201, protocol: 'HTTP/2'})
  t.like(web?.headers, {'content-type': 'text/plain', 'x-frame-options': 'DENY', date: '(varies)'})
  t.like(web?.tls, {
    version: 'TLSv1.3',
    issuer: 'imm parity test',
    subject: 'imm parity test',
    validTo: new Date(untilMs).toISOString(),
    trusted: false,
  })
  t.regex(web?.tls?.cipher ?? '', /^TLS_/)
})

test('where HTTP/2 is not offered, it is asked by HTTP/1.1', async (t) => {
  await using server = await httpsServer((_request, response) => response.end())
  const {web} = await openWeb(`https://127.0.0.1:${server.port}/`, signal)
  t.like(web, {status: 200, protocol: 'HTTP/1.1'})
  t.is(web?.tls?.subject, 'imm parity test')
})

test('one GET is sent, with the path, the query and nothing of the user', async (t) => {
  const requests: IncomingMessage[] = []
  await using server = await httpServer((request, response) => {
    requests.push(request)
    response.end('x'.repeat(100))
  })
  const {web} = await openWeb(`http://shop.localhost:${server.port}/a?b=c`, signal)
  t.like(web, {status: 200, protocol: 'HTTP/1.1'})
  t.is(web?.tls, undefined)
  t.is(requests.length, 1)
  t.like(requests[0], {method: 'GET', url: '/a?b=c'})
  t.is(requests[0]?.headers.host, `shop.localhost:${server.port}`)
  t.deepEqual(Object.keys(requests[0]?.headers ?? {}).toSorted(), ['accept', 'connection', 'host', 'user-agent'])
})

test('a redirect is told, and not followed', async (t) => {
  let asked = 0
  await using server = await httpServer((_request, response) => {
    asked++
    response.writeHead(302, {location: 'https://sso.example/login?state=abc'})
    response.end()
  })
  const {web, gaps} = await openWeb(`http://localhost:${server.port}/`, signal)
  t.is(web?.status, 302)
  t.is(web?.headers['location'], 'https://sso.example/login?state')
  t.is(asked, 1)
  t.deepEqual(
    gaps.map(({part}) => part),
    ['web'],
  )
  t.regex(gaps[0]?.reason ?? '', /redirects to https:\/\/sso\.example\/login, which was not followed/)
})

test('a body without an end is not waited for', async (t) => {
  await using server = await httpServer((_request, response) => {
    response.writeHead(200)
    response.write('and so on')
  })
  const {web} = await openWeb(`http://localhost:${server.port}/`, signal)
  t.is(web?.status, 200)
})

test('nothing there, silence and another protocol are errors, never an answer', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.on('connection', (socket) => socket.on('error', () => {}).resume())
  const {port} = server.address() as AddressInfo
  await fails(t, openWeb(`http://127.0.0.1:${port}/`, signal, 200), 'SIDE_UNREACHABLE', /did not answer within 0\.2 s/)
  await fails(t, openWeb(`https://127.0.0.1:${port}/`, signal, 200), 'SIDE_UNREACHABLE', /did not answer within 0\.2 s/)
  server.once('connection', (socket) => socket.end('SSH-2.0-no\r\n'))
  await fails(t, openWeb(`http://127.0.0.1:${port}/`, signal), 'SIDE_UNREACHABLE', /can't be reached: /)
  server.once('connection', (socket) => socket.end())
  await fails(t, openWeb(`https://127.0.0.1:${port}/`, signal), 'SIDE_UNREACHABLE', /can't be reached: /)
  server.close()
  await once(server, 'close')
  await fails(t, openWeb(`http://127.0.0.1:${port}/`, signal), 'SIDE_UNREACHABLE', /ECONNREFUSED/)
})

test('it ends with its signal', async (t) => {
  const ending = new AbortController()
  await using server = await httpServer(() => ending.abort(new Error('enough')))
  await t.throwsAsync(openWeb(`http://localhost:${server.port}/`, ending.signal), {message: 'enough'})
})
