import {connect as connectH2} from 'node:http2'
import {connect} from 'node:net'

import test from 'ava'

import {ask, begin, raw, until} from '../kit/client.ts'
import {shop, shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream, targetAt} from '../kit/upstream.ts'
import {gateway, httpDoor, openDoors} from './kit.ts'

const inNetwork = {address: gateway, host: 'api:3000'}

for (const path of ['fast', 'node'] as const) {
  test(`${path}: a door in a network leads to its app under any name, and says who asked for what`, async (t) => {
    const {proxy, flip, counts} = await startTestProxy(t, {}, {}, path)
    const app = await startUpstream(t, ({headers}, response) => {
      response.end(JSON.stringify(headers))
    })
    const [door] = await openDoors(proxy, httpDoor(app.port))
    await flip(app.target(1))
    t.true(door!.port > 0)
    const {status, headers, body} = await ask(door!.port, inNetwork)
    t.is(status, 200)
    t.is(headers['x-imm-release'], 'r1-aaaaaaa')
    const seen = JSON.parse(body) as Record<string, string>
    t.is(seen['host'], 'api:3000')
    t.is(seen['x-forwarded-host'], 'api:3000')
    t.is(seen['x-forwarded-proto'], 'http')
    t.regex(seen['x-forwarded-for']!, /^127\.0\.0\./)
    t.is(counts(app.target(1))?.requests, 1)
  })
}

test('HTTP/2 without TLS and upgrades are served as on the shared port', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const app = await startUpstream(t, (_request, response) => void response.end('here'))
  app.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
    socket.pipe(socket)
  })
  const [door] = await openDoors(proxy, httpDoor(app.port))
  await flip(app.target(1))
  const session = connectH2(`http://${gateway}:${door!.port}`)
  t.teardown(() => session.destroy())
  const stream = session.request({':path': '/', ':authority': 'api:3000'})
  let body = ''
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  t.is(body, 'here')
  const socket = connect({port: door!.port, host: gateway})
  t.teardown(() => socket.destroy())
  socket.write('GET / HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n')
  let text = ''
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more
  })
  await until(() => text.includes('\r\n\r\n'))
  socket.write('ping')
  await until(() => text.endsWith('ping'))
  t.regex(text, /^HTTP\/1\.1 101 /)
})

test('requests wait at a door for a live release, are moved by a flip and drained as elsewhere', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const held: (() => void)[] = []
  const first = await startUpstream(t, (_request, response) => void held.push(() => response.end('first')))
  const second = await startUpstream(t, (_request, response) => void response.end('second'))
  const [door] = await openDoors(proxy, httpDoor(3000))
  const target = (app: typeof first, generation: number) => ({...app.target(generation), port: 3000})
  const waiting = ask(door!.port, inNetwork)
  await until(() => proxy.routes()[0]?.held === 1)
  await flip(target(first, 1))
  await until(() => held.length === 1)
  await flip(target(second, 2))
  t.is((await ask(door!.port, inNetwork)).body, 'second')
  const drained = proxy.drain(shop, target(first, 1), 60_000, new AbortController().signal)
  held[0]!()
  t.is((await waiting).body, 'first')
  t.is((await drained).cut, 0)
})

const bodyOf = async (port: number, address: string, host: string): Promise<string> =>
  (await ask(port, {address, host})).body

test('the output of a failed build is for names in a network and of this machine, not for foreign ones', async (t) => {
  const {proxy} = await startTestProxy(t, {holdMs: 0, holdPageMs: 0})
  const [inside, loopback] = await openDoors(proxy, httpDoor(3000), httpDoor(3000, {host: '127.0.0.1'}))
  proxy.announce(shop, {stage: 'build', release: undefined, message: 'it broke', output: ['secret'], failed: true})
  t.regex(await bodyOf(inside!.port, gateway, 'api:3000'), /it broke/)
  t.regex(await bodyOf(inside!.port, gateway, gateway), /it broke/)
  t.regex(await bodyOf(loopback!.port, '127.0.0.1', 'localhost:3000'), /it broke/)
  t.is(await bodyOf(inside!.port, gateway, 'evil.example'), 'unavailable\n')
  t.is(await bodyOf(loopback!.port, '127.0.0.1', 'evil.example'), 'unavailable\n')
  t.is(await bodyOf(loopback!.port, '127.0.0.1', 'api:3000'), 'unavailable\n')
})

test('a door of requests leads to the app’s own port alone', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const app = await startUpstream(t, (_request, response) => void response.end())
  await openDoors(proxy, httpDoor(9229))
  await flip({...app.target(1), port: 3000})
  const [door] = proxy.state(shop)!.doors
  t.false(door?.open)
  t.is(door?.problem, 'requests go to port 3000 of the container alone, and 9229 is another')
})

test('a kept connection at a door that is closed reaches no other app by its name', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const app = await startUpstream(t, (_request, response) => void response.end('app'))
  const other = {project: 'other', environment: 'main', app: 'web'}
  await proxy.open({...other, hosts: [], port: undefined, doors: [httpDoor(app.port)]})
  await flip(app.target(1))
  await proxy.flip(other, {target: app.target(1), attempt: 'x'})
  const {port} = proxy.state(other)!.doors[0]!
  t.is((await ask(port, {address: gateway, host: shopHost})).headers['x-imm-release'], 'r1-aaaaaaa')
  const response = await begin(port, {address: gateway, host: shopHost, headers: {connection: 'keep-alive'}})
  response.resume()
  await proxy.close(other)
  await t.throwsAsync(ask(port, {address: gateway, host: shopHost}), {code: 'ECONNREFUSED'})
  t.regex(await raw(t, proxy.port, `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: close\r\n\r\n`), /app$/)
})

test('a route without hosts has no address; a door of loopback is one', async (t) => {
  const {proxy} = await startTestProxy(t)
  const worker = {project: 'shop', environment: 'main', app: 'worker'}
  const state = await proxy.open({...worker, hosts: [], port: undefined})
  t.deepEqual([state.url, state.urls, state.doors], ['', [], []])
  const opened = await proxy.open({...worker, hosts: [], port: undefined, doors: [httpDoor(80, {host: '127.0.0.1'})]})
  t.is(opened.url, `http://localhost:${opened.doors[0]?.port}`)
  await proxy.flip(worker, {target: targetAt(0, 1), attempt: 'x'})
  t.is(proxy.state(worker)?.live?.release, 'r1-aaaaaaa')
  t.is(proxy.state(worker)?.doors[0]?.problem, 'the container listens nowhere')
  const listed = await ask(proxy.port, {host: 'nobody.localhost'})
  t.false(listed.body.includes('"url":""'))
})
