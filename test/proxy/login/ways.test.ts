import {once} from 'node:events'

import test from 'ava'

import {answerOn, askStream, openSession, openStream} from '../h2/kit.ts'
import {ask, keepAliveAgent, raw, rawConnection, freePort, until} from '../kit/client.ts'
import {startApp} from './app.ts'
import {login, loginHost, otherHost, other, startGuarded} from './kit.ts'

const upgrade = (host: string, ...fields: string[]): string =>
  [
    'GET /chat HTTP/1.1',
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...fields,
    '',
    '',
  ].join('\r\n')

const connectHead = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':path': '/chat',
  ':scheme': 'http',
  'sec-websocket-version': '13',
}

const targets = [
  '/',
  '/cart?token=1',
  '/a/../b',
  '/%2e%2e/',
  '//x',
  '/.imm/reload',
  '/.imm/reload.js',
  '/.imm/share/',
  '/.imm/share/../x',
  '/x/.imm/share?token=1',
  '/%2eimm/share',
  '/.imm%2fshare',
  '/.IMM/share',
  '/.imm/share;x',
]

test('without a session no path is answered by the application, whatever the method', async (t) => {
  const {port, route} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  for (const path of targets)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const {status, headers, body} = await ask(port, {host: loginHost, path, method})
      t.is(status, 401, `${method} ${path}`)
      t.is(headers['x-imm-release'], undefined)
      t.notRegex(body, /secret|shop|login\.shop/)
    }
  t.is((await ask(port, {host: loginHost, path: '*', method: 'OPTIONS'})).status, 401)
  const chunked = {'transfer-encoding': 'chunked', expect: '100-continue'}
  t.is((await ask(port, {host: loginHost, method: 'PUT', headers: chunked, body: 'x'})).status, 401)
  t.deepEqual(app.seen, [])
})

test('without a session no header gets around the login', async (t) => {
  const {port, route} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port, {login: false})
  const forged = {
    'x-forwarded-host': otherHost,
    'x-forwarded-for': '127.0.0.1',
    forwarded: `host=${otherHost};for=127.0.0.1`,
    'x-original-host': otherHost,
    'x-host': otherHost,
    'x-imm-release': 'candidate',
    cookie: 'imm-release=0.1; imm-set=1; imm-share=1; imm-share-000000000000=1',
    authorization: 'Basic YTpi',
    'x-rewrite-url': '/.imm/share',
    origin: `http://${loginHost}`,
    'sec-fetch-site': 'same-origin',
  }
  for (const host of [
    loginHost,
    loginHost.toUpperCase(),
    `${loginHost}.`,
    `${loginHost}:80`,
    `${loginHost}:${port}`,
    `${loginHost}.:1`,
  ])
    t.is((await ask(port, {host, headers: forged})).status, 401, host)
  t.deepEqual(app.seen, [])
})

test('requests written by hand get no answer of the application', async (t) => {
  const {port, route} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port, {login: false})
  const end = 'Connection: close\r\n\r\n'
  const cases: [string, string, RegExp][] = [
    ['HTTP/1.0', `GET / HTTP/1.0\r\nHost: ${loginHost}\r\n\r\n`, /^HTTP\/1\.1 401 /],
    ['an absolute target', `GET http://${loginHost}/ HTTP/1.1\r\nHost: ${otherHost}\r\n${end}`, /^HTTP\/1\.1 400 /],
    [
      'an absolute target of its own',
      `GET http://${otherHost}/ HTTP/1.1\r\nHost: ${loginHost}\r\n${end}`,
      /^HTTP\/1\.1 400 /,
    ],
    ['two Hosts', `GET / HTTP/1.1\r\nHost: ${otherHost}\r\nHost: ${loginHost}\r\n${end}`, /^HTTP\/1\.1 400 /],
    ['CONNECT', `CONNECT ${loginHost}:80 HTTP/1.1\r\nHost: ${loginHost}\r\n\r\n`, /^HTTP\/1\.1 405 /],
    [
      'an offer of h2c',
      `GET / HTTP/1.1\r\nHost: ${loginHost}\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n`,
      /^HTTP\/1\.1 401 /,
    ],
    ['a WebSocket', upgrade(loginHost), /^HTTP\/1\.1 401 /],
    ['a WebSocket with an origin', upgrade(loginHost, `Origin: http://${loginHost}`), /^HTTP\/1\.1 401 /],
    [
      'a second one behind an open one',
      `GET /open HTTP/1.1\r\nHost: ${otherHost}\r\n\r\nGET / HTTP/1.1\r\nHost: ${loginHost}\r\n${end}`,
      /secretHTTP\/1\.1 401 /,
    ],
  ]
  for (const [what, text, expected] of cases) t.regex(await raw(t, port, text), expected, what)
  t.deepEqual(
    app.seen.map(({line}) => line),
    ['GET /open'],
  )
})

test('a connection that was served in the short way is asked for a login with its next request', async (t) => {
  const {port, route, cookie} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port, {login: false})
  const agent = keepAliveAgent(t, 1)
  const session = await cookie(login, loginHost)
  t.is((await ask(port, {host: otherHost, agent})).status, 200)
  t.is((await ask(port, {host: loginHost, agent})).status, 401)
  t.is((await ask(port, {host: otherHost, agent})).status, 200)
  t.is((await ask(port, {host: loginHost, agent, headers: {cookie: session}})).status, 200)
  t.is((await ask(port, {host: loginHost, agent})).status, 401)
})

test('no stream of HTTP/2 gets around the login', async (t) => {
  const {port, route, cookie} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port, {login: false})
  const session = openSession(t, port)
  const authority = {':authority': loginHost}
  t.is((await askStream(session, {...authority, ':path': '/'})).status, 401)
  t.is((await askStream(session, {...authority, ':path': '/', ':method': 'POST'}, 'body')).status, 401)
  t.is((await askStream(session, {...authority, ':path': '/', 'x-forwarded-host': otherHost})).status, 401)
  t.is((await askStream(session, {':authority': otherHost, host: loginHost, ':path': '/'})).status, 400)
  t.is((await answerOn(openStream(session, {...connectHead, ...authority}))).status, 401)
  t.is((await answerOn(openStream(session, {':method': 'CONNECT', ...authority}))).status, 405)
  const grpc = await askStream(
    session,
    {...authority, ':method': 'POST', ':path': '/x.Y/Z', 'content-type': 'application/grpc', te: 'trailers'},
    '',
  )
  t.is(grpc.status, 200)
  t.is(grpc.headers['grpc-status'], '16')
  t.deepEqual(app.seen, [])
  const crumbs = (await cookie(login, loginHost)).split('; ')
  t.is((await askStream(session, {...authority, ':path': '/', cookie: ['a=b', ...crumbs]})).body, 'secret')
  const chat = openStream(session, {...connectHead, ...authority, cookie: crumbs.join()}, {endStream: false})
  const [head] = (await once(chat, 'response')) as [Record<string, unknown>]
  t.is(head[':status'], 200)
})

test('a port of its own and a published port ask for the login under any name', async (t) => {
  const {port, proxy, route, cookie} = await startGuarded(t)
  const app = await startApp(t)
  const own = await freePort()
  const door = {host: '127.0.0.1', port: 0, to: app.port, kind: 'http' as const, from: []}
  await route(login, app.port, {port: own, doors: [door]})
  await until(() => proxy.routes()[0]?.doors[0]?.open === true)
  const published = proxy.routes()[0]?.doors[0]?.port ?? 0
  for (const at of [own, published])
    for (const host of [loginHost, 'localhost', `localhost:${at}`, '127.0.0.1', 'evil.example'])
      t.is((await ask(at, {host})).status, 401, `${host} at ${at}`)
  t.deepEqual(app.seen, [])
  const headers = {cookie: await cookie(login, loginHost)}
  for (const at of [own, published, port])
    t.is((await ask(at, {host: at === port ? loginHost : 'localhost', headers})).status, 200)
})

test('while nothing is live nobody learns what goes on, nor watches it', async (t) => {
  const {port, proxy, cookie} = await startGuarded(t)
  await proxy.open({...login, app: 'app', hosts: [loginHost], port: undefined, login: true, reload: true})
  const accept = 'text/html'
  for (const path of ['/', '/.imm/reload', '/.imm/reload.js']) {
    const {status, body} = await ask(port, {host: loginHost, path, headers: {accept}})
    t.is(status, 401)
    t.notRegex(body, /shop|starting|release/i)
  }
  const headers = {cookie: await cookie(login, loginHost)}
  t.is((await ask(port, {host: loginHost, path: '/.imm/reload.js', headers})).status, 200)
})

test('a route that is opened again with a login asks for it on connections that clients have kept', async (t) => {
  const {port, proxy, route} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port, {login: false})
  const agent = keepAliveAgent(t, 1)
  t.is((await ask(port, {host: loginHost, agent})).status, 200)
  await proxy.open({...login, app: 'app', hosts: [loginHost], port: undefined, login: true})
  t.is((await ask(port, {host: loginHost, agent})).status, 401)
})

test('a route that is opened again without a word of a login keeps it, until somebody says otherwise', async (t) => {
  const {port, proxy, route} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  const request = {...login, app: 'app', hosts: [loginHost], port: undefined}
  await proxy.open(request)
  t.is((await ask(port, {host: loginHost})).status, 401)
  await proxy.open({...request, login: false})
  t.is((await ask(port, {host: loginHost})).status, 200)
})

test('a body that is still sent to a login gets its answer', async (t) => {
  const {port, route} = await startGuarded(t)
  await route(login, 1)
  const socket = rawConnection(t, port, `POST / HTTP/1.1\r\nHost: ${loginHost}\r\nContent-Length: 100000\r\n\r\n`)
  socket.write('x'.repeat(1000))
  let text = ''
  for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) {
    text += chunk
    if (text.includes('login required')) break
  }
  t.regex(text, /^HTTP\/1\.1 401 /)
})
