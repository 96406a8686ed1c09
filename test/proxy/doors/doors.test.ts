import {createServer} from 'node:net'
import {Duplex} from 'node:stream'

import test from 'ava'

import type {RouteRequest} from '../../../src/lifecycle/ports.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import {readRouteRequest} from '../../../src/proxy/read-route.ts'
import {ask, freePort, until} from '../kit/client.ts'
import {shop, shopHost, startTestProxy, temporaryDirectory} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {call, gateway, httpDoor, openDoors, openRoute, startEcho, tcpDoor} from './kit.ts'

const listenAt = async (t: {teardown: (end: () => void) => void}, port: number) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, gateway, resolve))
  t.teardown(() => server.close())
  return server
}

test('a door that is asked for again stays, with its connections; one that is not is closed', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const app = await startEcho(t, 'app')
  const doors = [tcpDoor(app.port), httpDoor(app.port)]
  const [tcp, http] = await openDoors(proxy, ...doors)
  await flip(app.target(1))
  const {socket, text} = call(t, tcp!.port)
  await until(() => text() === 'app\n')
  const [again, ...others] = await openDoors(proxy, {...doors[0]!, from: ['10.0.0.0/8']})
  t.is(again?.port, tcp!.port)
  t.deepEqual(others, [])
  socket.write('on')
  await until(() => text() === 'app\non')
  t.is(await call(t, http!.port).closed, 'ECONNREFUSED')
})

test('a port that is taken leaves the route as it is, and is tried again by itself', async (t) => {
  const {proxy, flip, log} = await startTestProxy(t)
  const app = await startUpstream(t, (_request, response) => void response.end('here'))
  const port = await freePort()
  const holder = await listenAt(t, port)
  await flip(app.target(1))
  const [door, flexible] = await openDoors(proxy, httpDoor(app.port, {port}), tcpDoor(app.port, {port, flexible: true}))
  t.false(door?.open)
  t.regex(door!.problem!, new RegExp(`^port ${port} of ${gateway} is taken by node \\(pid ${process.pid}\\)$`))
  t.true(flexible?.open)
  t.not(flexible?.port, port)
  t.is((await ask(proxy.port)).body, 'here')
  t.true(log.some((line) => line.includes('is not open: port')))
  holder.close()
  await until(() => proxy.state(shop)?.doors[0]?.open === true)
  t.is((await ask(port, {address: gateway})).body, 'here')
  t.is(proxy.state(shop)?.doors[1]?.port, flexible?.port)
})

test('the door of another app is named by who has it', async (t) => {
  const {proxy} = await startTestProxy(t)
  const [first] = await openDoors(proxy, httpDoor(3000))
  const {doors} = await proxy.open({
    ...shop,
    app: 'api',
    hosts: [],
    port: undefined,
    doors: [httpDoor(3000, {port: first!.port})],
  })
  t.is(doors[0]?.problem, `port ${first!.port} of ${gateway} is taken by shop/main/web`)
})

test('an address that this host doesn’t have fails nothing', async (t) => {
  const {proxy} = await startTestProxy(t)
  // TEST-NET-2 (RFC 5737)
  const [door] = await openDoors(proxy, httpDoor(3000, {host: '198.51.100.7', port: 3000}))
  t.false(door?.open)
  t.is(door?.problem, 'this host has no address 198.51.100.7 at the moment')
})

/** A connection as from that address: nothing on one machine comes from another host. */
const cameFrom = (remoteAddress: string): Duplex => {
  const socket = new Duplex({read: () => undefined, write: (_chunk, _encoding, done) => done()})
  const nothing = () => socket
  return Object.assign(socket, {
    remoteAddress,
    localAddress: gateway,
    setTimeout: nothing,
    setKeepAlive: nothing,
    resetAndDestroy: nothing,
  })
}

for (const kind of ['http', 'tcp'] as const) {
  test(`${kind}: who is not meant is closed on at once, counted and told of once; a later range lets them in`, async (t) => {
    const {proxy, log} = await startTestProxy(t)
    const door = httpDoor(3000, {kind, from: ['198.51.100.0/25']})
    const [{port} = {port: 0}] = await openDoors(proxy, door)
    const arrive = (remoteAddress: string): Duplex => {
      const socket = cameFrom(remoteAddress)
      t.teardown(() => socket.destroy())
      proxy.listener({host: gateway, port})?.emit('connection', socket)
      return socket
    }
    t.false(arrive('198.51.100.7').destroyed)
    t.true(arrive('198.51.100.200').destroyed)
    t.true(arrive('198.51.100.201').destroyed)
    t.is(proxy.state(shop)?.doors[0]?.turnedAway, 2)
    t.is(log.filter((line) => line.includes('is not for 198.51.100.200')).length, 1)
    t.is(log.filter((line) => line.includes('is not for')).length, 1)
    await openDoors(proxy, {...door, from: ['198.51.100.0/24']})
    t.false(arrive('198.51.100.200').destroyed)
  })
}

const route = (door: object): RouteRequest =>
  readRouteRequest({...shop, hosts: [], doors: [{...httpDoor(3000), ...door}]})

test('nothing that would listen everywhere, and no range that is none, is taken', (t) => {
  t.is(route({host: '172.20.0.1', from: ['172.20.0.0/16', 'fd00::/8', '10.0.0.1']}).doors?.length, 1)
  for (const host of ['0.0.0.0', '0', '::', '0:0:0:0:0:0:0:0', '::0', '::ffff:0.0.0.0', 'localhost', '*', ''])
    t.throws(() => route({host}), {code: 'USAGE'}, host)
  for (const from of ['10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'anybody', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1'])
    t.throws(() => route({from: [from]}), {code: 'USAGE'}, from)
  t.throws(() => route({kind: 'udp'}), {code: 'USAGE'})
  t.throws(() => route({to: 0}), {code: 'USAGE'})
})

test('doors come back where they were with the next process', async (t) => {
  const home = await temporaryDirectory(t)
  const app = await startEcho(t, 'app')
  const start = async () => createProxy({home, port: 0, log: () => undefined})
  const before = await start()
  const doors = await openDoors(before, tcpDoor(app.port), tcpDoor(app.port, {port: await freePort(), flexible: true}))
  await before.flip(shop, {target: app.target(1), attempt: 'x'})
  await before[Symbol.asyncDispose]()
  t.is(await call(t, doors[0]!.port).closed, 'ECONNREFUSED')
  await using next = await start()
  t.deepEqual(next.state(shop)?.doors, doors)
  const {text} = call(t, doors[0]!.port)
  await until(() => text() === 'app\n')
  const again = await openRoute(next, doors.map(({open, ...door}) => (open ? {...door, port: 0} : door)).slice(0, 1))
  t.is(again.doors[0]?.port, doors[0]!.port)
  t.deepEqual(again.hosts, [shopHost])
})
