import {createHash} from 'node:crypto'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import type {HostPath} from '../../src/lifecycle/ports.ts'
import {createProxy} from '../../src/proxy/proxy.ts'
import {ask, raw} from './kit/client.ts'
import {shopHost, startTestProxy} from './kit/proxy.ts'
import type {TestProxy} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'

const api = {project: 'api', environment: 'main', app: 'app'}

/** Says who it is, and what it was asked for. */
const startNamed = async (t: ExecutionContext, name: string) =>
  startUpstream(t, ({url, headers}, response) => {
    const {host, 'x-forwarded-prefix': prefix, 'x-forwarded-host': forwardedHost} = headers
    response.end(JSON.stringify({name, url, host, prefix, forwardedHost}))
  })

/** The shop and, under these routes, an API of another project. */
const startShared = async (t: ExecutionContext, ...routes: HostPath[]): Promise<TestProxy> => {
  const started = await startTestProxy(t)
  await started.flip((await startNamed(t, 'web')).target(1))
  await started.proxy.open({...api, hosts: ['api.localhost'], routes, port: undefined})
  await started.proxy.flip(api, {target: (await startNamed(t, 'api')).target(1), attempt: 'first'})
  return started
}

const getFrom = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: ${shopHost}\r\n${more}\r\n`

const underApi = {host: shopHost, path: '/api', strip: false}

test('two projects share an origin by path, on the same connection too', async (t) => {
  const {port} = await startShared(t, underApi)
  const said = async (path: string, host = shopHost) =>
    JSON.parse((await ask(port, {host: `${host}:${port}`, path})).body) as {name: string; url: string; host: string}
  t.like(await said('/'), {name: 'web', url: '/', host: `${shopHost}:${port}`})
  t.like(await said('/api/items?of=1'), {name: 'api', url: '/api/items?of=1', host: `${shopHost}:${port}`})
  t.like(await said('/apix'), {name: 'web', url: '/apix'})
  t.like(await said('/', 'api.localhost'), {name: 'api', url: '/'})
  const answers = await raw(t, port, getFrom('/api') + getFrom('/') + getFrom('/api/2', 'Connection: close\r\n'))
  t.deepEqual(
    [...answers.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name),
    ['api', 'web', 'api'],
  )
})

test('what a path means decides, and what was asked arrives unchanged', async (t) => {
  const {port} = await startShared(t, underApi)
  for (const [path, name] of [
    ['/api/../admin', 'web'],
    ['/api/%2e%2E/admin', 'web'],
    ['/x/../api/secret', 'api'],
    ['/api%2f..%2fadmin', 'web'],
    ['/api/..%2fadmin', 'api'],
    ['//api/x', 'web'],
    ['/api//x', 'api'],
  ] as const) {
    const answer = await raw(t, port, `GET ${path} HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: close\r\n\r\n`)
    t.true(answer.includes(`{"name":"${name}","url":"${path}"`), `${path}: ${answer}`)
  }
})

test('strip takes the prefix off and names it; a client can’t', async (t) => {
  const {port} = await startShared(t, {...underApi, strip: true})
  const headers = {'x-forwarded-prefix': '/evil'}
  t.deepEqual(JSON.parse((await ask(port, {path: '/api/items?a=/api', headers})).body), {
    name: 'api',
    url: '/items?a=/api',
    host: shopHost,
    prefix: '/api',
    forwardedHost: shopHost,
  })
  t.like(JSON.parse((await ask(port, {path: '/api', headers})).body), {name: 'api', url: '/', prefix: '/api'})
  const own = JSON.parse((await ask(port, {host: 'api.localhost', path: '/api/items', headers})).body) as object
  t.like(own, {name: 'api', url: '/api/items'})
  t.false('prefix' in own)
})

test('an upgrade follows the path as well', async (t) => {
  const {proxy, port} = await startShared(t, {...underApi, strip: true})
  const upstream = await startUpstream(t, () => undefined)
  upstream.server.on('upgrade', ({url, headers}, socket) => {
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}`).digest('base64')
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n${url} ${String(headers['x-forwarded-prefix'])}`,
    )
  })
  await proxy.flip(api, {target: upstream.target(2), attempt: 'second'})
  const request = `GET /api/live HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`
  t.regex(await raw(t, port, request), /^HTTP\/1.1 101 [^]*\r\n\r\n\/live \/api$/)
})

test('a host of its own is known: its pages are shown under it, and what is under none of its paths is a 404', async (t) => {
  const {proxy, port} = await startShared(t, {host: 'Shop.Example.test', path: '/api', strip: false})
  const host = `shop.example.test:${port}`
  t.is((await ask(port, {host, path: '/api/x'})).status, 200)
  const missing = await ask(port, {host, path: '/other?secret'})
  t.is(missing.status, 404)
  t.like(JSON.parse(missing.body), {error: 'unknown path', host: 'shop.example.test', path: '/other'})
  const page = await ask(port, {host, path: '/<b>', headers: {accept: 'text/html'}})
  t.true(page.body.includes('Nothing is routed under shop.example.test/&#60;b&#62;'))
  t.true(page.body.includes(`<a href="http://shop.example.test:${port}/api">`))
  t.is((await ask(port, {host: 'other.example.test', path: '/api'})).status, 421)
  await proxy.suspend(api, 1)
  const waiting = await ask(port, {host, path: '/api', headers: {accept: 'text/html'}})
  t.is(waiting.status, 503)
  t.true(waiting.body.includes('No release is live'))
})

test('routes are named with all of their addresses, and outlive the process', async (t) => {
  const {proxy, port, home} = await startShared(t, underApi, {host: 'shop.example.test', path: '/', strip: false})
  t.deepEqual(proxy.state(api)?.urls, [
    `http://api.localhost:${port}`,
    `http://${shopHost}:${port}/api`,
    `http://shop.example.test:${port}`,
  ])
  await t.throwsAsync(proxy.open({project: 'x', environment: 'main', app: 'app', hosts: [shopHost], port: undefined}), {
    code: 'ROUTE_TAKEN',
    message: `${shopHost} belongs to shop/main/web`,
  })
  await proxy[Symbol.asyncDispose]()
  await using next = await createProxy({home, port: 0, log: () => undefined})
  t.true((await ask(next.port, {path: '/api'})).body.startsWith('{"name":"api"'))
  t.is(next.state(api)?.urls.length, 3)
})

test('a route that is opened again without a path gives it up', async (t) => {
  const {proxy, port} = await startShared(t, underApi)
  await proxy.open({...api, hosts: ['api.localhost'], port: undefined})
  t.true((await ask(port, {path: '/api'})).body.startsWith('{"name":"web"'))
})
