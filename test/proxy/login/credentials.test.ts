import {request} from 'node:http'

import test from 'ava'
import {WebSocket} from 'ws'

import {forgetKey} from '../../../src/proxy/login/key.ts'
import {askStream, openSession} from '../h2/kit.ts'
import {ask, begin, keepAliveAgent, until} from '../kit/client.ts'
import {startApp} from './app.ts'
import {addUser, basic, login, loginHost, other, otherHost, startGuarded} from './kit.ts'

test('the application sees its own cookies and its own Authorization, and nothing that let the request in', async (t) => {
  const {port, route, cookie, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const session = await cookie(login, loginHost)
  const get = async (headers: Record<string, string>) => {
    t.is((await ask(port, {host: loginHost, headers})).status, 200)
    return app.seen.at(-1)?.headers ?? {}
  }
  const own = await get({cookie: `a=1; ${session}; __Host-${session}; b=2`, authorization: 'Bearer app'})
  t.is(own.cookie, 'a=1; b=2')
  t.is(own.authorization, 'Bearer app')
  t.is(
    (await get({cookie: session, authorization: basic('bob', 'of the app')})).authorization,
    basic('bob', 'of the app'),
  )
  const alone = await get({authorization: basic('ann', 'right')})
  t.is(alone.authorization, undefined)
  t.is(alone.cookie, undefined)
  t.is((await get({cookie: session, authorization: basic('ann', 'right')})).authorization, undefined)
  t.is((await get({cookie: session, authorization: basic('ann', 'an old one')})).authorization, undefined)
})

test('a WebSocket passes without what let it in', async (t) => {
  const {port, route, cookie, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const headers = {
    host: loginHost,
    cookie: `a=1; ${await cookie(login, loginHost)}`,
    authorization: basic('ann', 'right'),
  }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, {headers})
  const [message] = await new Promise<[Buffer]>((resolve) => socket.once('message', (data: Buffer) => resolve([data])))
  socket.terminate()
  t.is(message.toString(), 'secret')
  t.is(app.seen[0]?.headers.cookie, 'a=1')
  t.is(app.seen[0]?.headers.authorization, undefined)
})

test('a password opens every preview; a wrong one, or that of nobody, opens none', async (t) => {
  const {port, route, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port)
  const status = async (host: string, name: string, password: string): Promise<number> =>
    (await ask(port, {host, headers: {authorization: basic(name, password)}})).status
  t.is((await ask(port, {host: loginHost})).headers['www-authenticate'], undefined)
  t.is(await status(loginHost, 'ann', 'right'), 401)
  await addUser(home, 'ann', 'right')
  t.is((await ask(port, {host: loginHost})).headers['www-authenticate'], 'Basic realm="imm previews", charset="UTF-8"')
  t.is(await status(loginHost, 'ann', 'right'), 200)
  t.is(await status(otherHost, 'ann', 'right'), 200)
  for (const [name, password] of [
    ['ann', 'wrong'],
    ['ann', ''],
    ['Ann', 'right'],
    ['bob', 'right'],
    ['', ''],
  ] as const)
    t.is(await status(loginHost, name, password), 401, `${name}:${password}`)
  await addUser(home, 'ann', 'another')
  t.is(await status(loginHost, 'ann', 'right'), 401)
})

test('a body waits while a password is looked at, and arrives as a whole', async (t) => {
  const {port, route, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const headers = {authorization: basic('ann', 'right')}
  const {status, body} = await ask(port, {host: loginHost, method: 'POST', headers, body: 'x'.repeat(200_000)})
  t.is(status, 200)
  t.is(body, 'secret')
})

test('who tries ten wrong passwords is not answered the eleventh, even if it is right', async (t) => {
  const {port, route, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const attempt = async (password: string) =>
    ask(port, {host: loginHost, headers: {authorization: basic('ann', password)}})
  for (let count = 0; count < 10; count++) t.is((await attempt(`wrong ${count}`)).status, 401)
  const {status, headers} = await attempt('right')
  t.is(status, 429)
  t.true(Number(headers['retry-after']) > 200)
  t.deepEqual(app.seen, [])
})

test('all that a page asks for at once is one attempt', async (t) => {
  const {port, route, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const session = openSession(t, port)
  const all = async (authorization: string): Promise<number[]> => {
    const fields = {':authority': loginHost, ':path': '/', authorization}
    return Promise.all(Array.from({length: 30}, async () => (await askStream(session, fields)).status))
  }
  t.deepEqual(new Set(await all(basic('ann', 'right'))), new Set([200]))
  t.deepEqual(new Set(await all(basic('ann', 'right'))), new Set([200]))
  t.deepEqual(new Set(await all(basic('ann', 'wrong'))), new Set([401]))
})

test('a user who is removed gets in no more, and the application still does not see the password', async (t) => {
  const {port, route, home, cookie} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const authorization = basic('ann', 'right')
  t.is((await ask(port, {host: loginHost, headers: {authorization}})).status, 200)
  await addUser(home, 'bob', 'another')
  t.is((await ask(port, {host: loginHost, headers: {authorization}})).status, 401)
  const headers = {authorization, cookie: await cookie(login, loginHost)}
  t.is((await ask(port, {host: loginHost, headers})).status, 200)
  t.is(app.seen.at(-1)?.headers.authorization, undefined)
})

test('a client that goes while its password is looked at reaches nobody', async (t) => {
  const {port, route, home, proxy} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await addUser(home, 'ann', 'right')
  const outgoing = request({port, host: '127.0.0.1', headers: {host: loginHost, authorization: basic('ann', 'right')}})
  outgoing.on('error', () => undefined)
  outgoing.end()
  outgoing.once('socket', (socket) => socket.once('connect', () => setImmediate(() => outgoing.destroy())))
  await new Promise((resolve) => outgoing.once('close', resolve))
  t.is((await ask(port, {host: loginHost, headers: {authorization: basic('ann', 'right')}})).status, 200)
  await until(() => proxy.routes()[0]?.inFlight === 0)
})

test('a session that expires is refused on a connection that was kept, and ends what goes on', async (t) => {
  const {port, route, cookie} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  const headers = {cookie: await cookie(login, loginHost, Date.now() + 5000)}
  const agent = keepAliveAgent(t, 1)
  t.is((await ask(port, {host: loginHost, agent, headers})).status, 200)
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, {headers: {...headers, host: loginHost}})
  socket.on('error', () => undefined)
  const socketEnds = new Promise((resolve) => socket.once('close', resolve))
  const events = await begin(port, {
    host: loginHost,
    path: '/events',
    headers: {...headers, accept: 'text/event-stream'},
  })
  events.on('error', () => undefined).resume()
  const eventsEnd = new Promise((resolve) => events.once('close', resolve))
  await Promise.all([socketEnds, eventsEnd])
  t.is((await ask(port, {host: loginHost, agent, headers})).status, 401)
})

test('with another key all links and sessions end', async (t) => {
  const {port, route, cookie, token, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  const headers = {cookie: await cookie(login, loginHost)}
  const link = `/.imm/share?token=${await token(login)}`
  t.is((await ask(port, {host: loginHost, headers})).status, 200)
  await forgetKey(home)
  t.is((await ask(port, {host: loginHost, headers})).status, 401)
  t.is((await ask(port, {host: loginHost, path: link})).status, 403)
  await token(login)
  t.is((await ask(port, {host: loginHost, headers})).status, 401)
  t.is((await ask(port, {host: loginHost, path: link})).status, 403)
})

test('a page of another preview cannot use the session of this one', async (t) => {
  const {port, route, cookie, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port)
  await addUser(home, 'ann', 'right')
  const session = await cookie(login, loginHost)
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await ask(port, {host: loginHost, method: 'POST', headers})).status
  for (const credentials of [{cookie: session}, {authorization: basic('ann', 'right')}]) {
    t.is(await status({...credentials, origin: `http://${otherHost}`}), 401)
    t.is(await status({...credentials, origin: 'null'}), 401)
    t.is(await status({...credentials, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'}), 401)
    t.is(await status({...credentials, origin: `http://${loginHost}`}), 200)
    t.is(await status({...credentials, origin: 'null', 'sec-fetch-site': 'same-origin'}), 200)
    t.is(await status(credentials), 200)
  }
})
