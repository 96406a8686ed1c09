import test from 'ava'

import {ask} from '../kit/client.ts'
import {startUpstream} from '../kit/upstream.ts'
import {login, loginHost, other, otherHost, startGuarded} from './kit.ts'

test('a link gives a session for its environment, and leads on to a path without it', async (t) => {
  const {port, route, token} = await startGuarded(t)
  const upstream = await startUpstream(t, (request, response) => void response.end(request.url))
  await route(login, upstream.port)
  const link = `/.imm/share?token=${await token(login)}`
  const answer = await ask(port, {host: loginHost, path: `${link}&to=${encodeURIComponent('/cart?a=1')}`})
  t.is(answer.status, 303)
  t.is(answer.headers.location, '/cart?a=1')
  t.is(answer.headers['cache-control'], 'no-store')
  t.is(answer.headers['referrer-policy'], 'no-referrer')
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  t.regex(cookie, /^imm-share-[\da-f]{12}=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/)
  const opened = await ask(port, {host: loginHost, path: '/cart', headers: {cookie: cookie.split(';', 1)[0]}})
  t.is(opened.status, 200)
  t.is(opened.body, '/cart')
})

test('a link never leads to another host', async (t) => {
  const {port, token, route} = await startGuarded(t)
  await route(login, 1)
  for (const to of ['//evil.example', 'https://evil.example/', String.raw`/\evil.example`, '/.//evil.example']) {
    const path = `/.imm/share?token=${await token(login)}&to=${encodeURIComponent(to)}`
    t.is((await ask(port, {host: loginHost, path})).headers.location, '/', to)
  }
})

test('a link for one preview opens no other, nor does its session', async (t) => {
  const {port, route, token, cookie} = await startGuarded(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end('secret'))
  await route(login, upstream.port)
  await route(other, upstream.port)
  const answer = await ask(port, {host: otherHost, path: `/.imm/share?token=${await token(login)}`})
  t.is(answer.status, 403)
  t.is(answer.headers['set-cookie'], undefined)
  const session = await cookie(login, loginHost)
  t.is((await ask(port, {host: loginHost, headers: {cookie: session}})).status, 200)
  t.is((await ask(port, {host: otherHost, headers: {cookie: session}})).status, 401)
  const value = session.split('=')[1]
  const [name] = (await cookie(other, otherHost)).split('=')
  t.is((await ask(port, {host: otherHost, headers: {cookie: `${name}=${value}`}})).status, 401)
})

test('a link is no session, and a session no link', async (t) => {
  const {port, route, token, cookie} = await startGuarded(t)
  await route(login, 1)
  const [name, session] = (await cookie(login, loginHost)).split('=')
  const headers = {cookie: `${name}=${await token(login)}`}
  t.is((await ask(port, {host: loginHost, headers})).status, 401)
  t.is((await ask(port, {host: loginHost, path: `/.imm/share?token=${session}`})).status, 403)
})

test('links that expired, were changed or are none open nothing, and POST does not either', async (t) => {
  const {port, route, token} = await startGuarded(t)
  await route(login, 1)
  const good = await token(login)
  const expired = await token(login, Date.now() - 1000)
  for (const path of ['', '?token=', `?token=${expired}`, `?token=${good.slice(1)}`, '?token=1.2', `?x=${good}`]) {
    const answer = await ask(port, {host: loginHost, path: `/.imm/share${path}`})
    t.is(answer.status, 403, path)
    t.is(answer.headers['set-cookie'], undefined)
  }
  t.is((await ask(port, {host: loginHost, method: 'POST', path: `/.imm/share?token=${good}`})).status, 403)
})

test('a link of an app under a path leads to that path', async (t) => {
  const {port, route, token} = await startGuarded(t)
  await route(login, 1, {hosts: [], routes: [{host: 'shop.localhost', path: '/api', strip: true}]})
  const path = `/api/.imm/share?token=${await token(login)}`
  t.is((await ask(port, {host: 'shop.localhost', path})).headers.location, '/api/')
})
