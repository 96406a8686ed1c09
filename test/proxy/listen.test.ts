import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {createProxy} from '../../src/proxy/proxy.ts'
import {ask} from './kit/client.ts'
import {shop, shopHost, startTestProxy, temporaryDirectory} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'

const takePort = async (t: ExecutionContext, host: string): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

const freePort = async (t: ExecutionContext): Promise<number> => {
  const upstream = await startUpstream(t, () => undefined)
  await upstream.close()
  return upstream.port
}

test('a taken main port is an error that names the port, who has it and the way out', async (t) => {
  const port = await takePort(t, '127.0.0.1')
  const home = await temporaryDirectory(t)
  const error = await t.throwsAsync(createProxy({home, port, log: () => undefined}), {code: 'PORT_IN_USE'})
  t.true(error.message.includes(String(port)))
  if (process.platform === 'linux') t.true(error.message.includes(`pid ${process.pid}`), error.message)
  t.regex((error as unknown as {next: string}).next, /IMM_PROXY_PORT/)
})

test('a port that is free on one of the loopback addresses only counts as taken', async (t) => {
  const {proxy} = await startTestProxy(t)
  if (proxy.addresses.length < 2) {
    t.pass('no IPv6 here')
    return
  }
  const port = await takePort(t, '::1')
  await t.throwsAsync(proxy.open({...shop, hosts: [shopHost], port}), {code: 'PORT_IN_USE'})
  // Nothing stays behind on the other one.
  await t.throwsAsync(ask(port), {code: 'ECONNREFUSED'})
})

test('a dedicated port leads to its route under any name, and closes with it', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => void response.end(request.headers.host))
  await flip(upstream.target(1))
  const [first, second] = [await freePort(t), await freePort(t)]
  await proxy.open({...shop, hosts: [shopHost], port: first})
  t.is((await ask(first, {host: `localhost:${first}`})).body, `localhost:${first}`)
  await proxy.open({...shop, hosts: [shopHost], port: second})
  await t.throwsAsync(ask(first), {code: 'ECONNREFUSED'})
  t.is((await ask(second, {host: 'anything.example'})).body, 'anything.example')
  await proxy.close(shop)
  await t.throwsAsync(ask(second), {code: 'ECONNREFUSED'})
})

test('a taken dedicated port changes nothing about the route', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end('here'))
  await flip(upstream.target(1))
  const taken = await takePort(t, '127.0.0.1')
  await t.throwsAsync(proxy.open({...shop, hosts: ['new.localhost'], port: taken}), {code: 'PORT_IN_USE'})
  t.is((await ask(port)).body, 'here')
  t.is(proxy.state(shop)?.port, undefined)
})

test('the dedicated port of another route is refused by that route’s name', async (t) => {
  const {proxy} = await startTestProxy(t)
  const port = await freePort(t)
  await proxy.open({...shop, hosts: [shopHost], port})
  await t.throwsAsync(proxy.open({...shop, project: 'blog', hosts: ['blog.localhost'], port}), {
    code: 'PORT_IN_USE',
    message: /shop\/main\/web/,
  })
})
