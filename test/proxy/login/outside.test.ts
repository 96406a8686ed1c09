import {networkInterfaces} from 'node:os'

import test from 'ava'

import {ask, until} from '../kit/client.ts'
import {startApp} from './app.ts'
import {login, loginHost, other, otherHost, startGuarded} from './kit.ts'

const domain = 'previews.example.org'
const shared = {listen: [], domain, open: false}

/** One of this machine's addresses that others reach; undefined where it has none. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((each) => each !== undefined && !each.internal && each.family === 'IPv4')?.address

test('below a domain every route has a name of one label, and asks for a login', async (t) => {
  const {port, proxy, route, cookie} = await startGuarded(t, shared)
  const app = await startApp(t)
  await route(other, app.port, {login: false})
  const name = `other--shop.${domain}`
  t.is(proxy.state({...other, app: 'app'})?.url, `http://${name}:${port}`)
  t.is((await ask(port, {host: name})).status, 401)
  t.is((await ask(port, {host: `${name.toUpperCase()}.:443`})).status, 401)
  t.is((await ask(port, {host: name, headers: {cookie: await cookie(other, name)}})).status, 200)
  // Who is on this machine needs none.
  t.is((await ask(port, {host: otherHost})).status, 200)
})

test('below a domain a name that leads nowhere is answered as one that does, until somebody has logged in', async (t) => {
  const {port, route} = await startGuarded(t, shared)
  const app = await startApp(t)
  await route(other, app.port, {login: false})
  const answers = async (host: string) => {
    const plain = await ask(port, {host})
    const link = await ask(port, {host, path: '/.imm/share?token=none'})
    const page = await ask(port, {host, headers: {accept: 'text/html'}})
    return [plain, link, page].map(({status, body}) => [status, body])
  }
  const real = await answers(`other--shop.${domain}`)
  t.deepEqual(
    real.map(([status]) => status),
    [401, 403, 401],
  )
  t.deepEqual(await answers(`nothing--shop.${domain}`), real)
})

test('with --open nobody has to log in but where a route says so', async (t) => {
  const {port, route} = await startGuarded(t, {...shared, open: true})
  const app = await startApp(t)
  await route(login, app.port)
  await route(other, app.port, {login: false})
  t.is((await ask(port, {host: `other--shop.${domain}`})).status, 200)
  t.is((await ask(port, {host: `login--shop.${domain}`})).status, 401)
  t.is((await ask(port, {host: loginHost})).status, 401)
})

test('behind another proxy every request is one from elsewhere', async (t) => {
  const {port, route} = await startGuarded(t, shared, true)
  const app = await startApp(t)
  await route(other, app.port, {login: false})
  t.is((await ask(port, {host: otherHost})).status, 401)
  t.is((await ask(port, {host: 'localhost'})).status, 421)
})

test('what is on this machine is listed to nobody from elsewhere', async (t) => {
  const {port, route} = await startGuarded(t, {...shared, open: true})
  await route(other, 1, {login: false, hosts: [], routes: [{host: otherHost, path: '/api', strip: false}]})
  for (const host of [domain, `x.${domain}`, `other--shop.${domain}`]) {
    const {status, body} = await ask(port, {host, path: '/', headers: {accept: 'text/html'}})
    t.is(status, 421, host)
    t.notRegex(body, /shop/)
  }
  t.is((await ask(port, {host: 'localhost'})).status, 404)
  t.regex((await ask(port, {host: 'localhost'})).body, /shop/)
})

const onOutside = outside === undefined ? test.skip : test

onOutside('beyond loopback a login is asked for under every name, also one that means this machine', async (t) => {
  const {port, proxy, route, token} = await startGuarded(t, {listen: [outside ?? ''], open: false})
  const app = await startApp(t)
  await route(other, app.port, {login: false})
  t.deepEqual(proxy.addresses, ['127.0.0.1', '::1', outside ?? ''])
  for (const host of [otherHost, `${otherHost}:80`, '127.0.0.1', 'localhost']) {
    const {status, body} = await ask(port, {address: outside ?? '', host})
    t.is(status, host.startsWith('other') ? 401 : 421, host)
    t.notRegex(body, /shop|secret/)
  }
  const path = `/.imm/share?token=${await token(other)}`
  const [cookie = ''] = (await ask(port, {address: outside ?? '', host: otherHost, path})).headers['set-cookie'] ?? []
  const headers = {cookie: cookie.split(';', 1)[0]}
  t.is((await ask(port, {address: outside ?? '', host: otherHost, headers})).status, 200)
  t.is((await ask(port, {host: otherHost})).status, 200)
  t.is(app.seen.length, 2)
})

onOutside('all addresses of this machine are one listener, and still tell which was connected to', async (t) => {
  const {port, proxy, route} = await startGuarded(t, {listen: ['0.0.0.0'], open: false})
  const app = await startApp(t)
  await route(other, app.port, {login: false})
  t.is(proxy.addresses[0], '0.0.0.0')
  t.is((await ask(port, {address: outside ?? '', host: otherHost})).status, 401)
  t.is((await ask(port, {host: otherHost})).status, 200)
})

onOutside('by default nobody from elsewhere can connect', async (t) => {
  const {port, proxy} = await startGuarded(t)
  t.deepEqual(proxy.addresses, ['127.0.0.1', '::1'])
  await t.throwsAsync(ask(port, {address: outside ?? '', host: otherHost}), {code: 'ECONNREFUSED'})
})

onOutside("a network's door lets the environment's own containers in", async (t) => {
  const {proxy, route} = await startGuarded(t)
  const app = await startApp(t)
  const door = {host: outside ?? '', port: 0, to: app.port, kind: 'http' as const, from: []}
  await route(login, app.port, {doors: [door]})
  await until(() => proxy.routes()[0]?.doors[0]?.open === true)
  const at = proxy.routes()[0]?.doors[0]?.port ?? 0
  t.is((await ask(at, {address: outside ?? '', host: 'api'})).body, 'secret')
})
