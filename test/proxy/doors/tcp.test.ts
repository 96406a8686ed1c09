import test from 'ava'

import {until} from '../kit/client.ts'
import {shop, startTestProxy} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'
import {call, openDoors, startEcho, startTcpApp, tcpDoor} from './kit.ts'

test('bytes pass both ways, each half ends by itself, and the connection is counted', async (t) => {
  const {proxy, flip, counts} = await startTestProxy(t)
  let heard = ''
  const app = await startTcpApp(t, (socket) => {
    socket.setEncoding('latin1').on('data', (more: string) => {
      heard += more
    })
    socket.once('end', () => socket.end(`${heard.length} bytes`))
  })
  const [door] = await openDoors(proxy, tcpDoor(app.port))
  await flip(app.target(1))
  const {socket, text, closed} = call(t, door!.port)
  socket.write('one')
  await until(() => heard === 'one')
  t.is(counts(app.target(1))?.inFlight, 1)
  socket.end(' two')
  t.is(await closed, 'end')
  t.is(text(), '7 bytes')
  await until(() => counts(app.target(1))?.inFlight === 0)
  const {requests, failures, bytesIn, bytesOut} = counts(app.target(1))!
  t.deepEqual({requests, failures, bytesIn, bytesOut}, {requests: 1, failures: 0, bytesIn: 7, bytesOut: 7})
})

test('who reads slowly slows the other side down', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const size = 64 * 1024 * 1024
  let app: {writableLength: number} | undefined
  const server = await startTcpApp(t, (socket) => {
    app = socket
    socket.end(Buffer.alloc(size, 'x'))
  })
  const [door] = await openDoors(proxy, tcpDoor(server.port))
  await flip(server.target(1))
  const {socket} = call(t, door!.port)
  socket.pause()
  await until(() => (app?.writableLength ?? 0) > 0)
  const before = process.memoryUsage().external
  let bytes = 0
  socket.on('data', (more: string) => {
    bytes += more.length
  })
  t.true(app!.writableLength > size / 2)
  t.true(process.memoryUsage().external - before < size)
  socket.resume()
  await until(() => bytes === size)
  t.is(bytes, size)
})

test('a flip leaves a connection on its release until the deadline, which cuts and counts it; the next one is the new one’s', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const [first, second] = [await startEcho(t, 'first'), await startEcho(t, 'second')]
  // Both are reached by their own port, as releases are that have an address each.
  const [door] = await openDoors(proxy, tcpDoor(3000))
  const target = (app: typeof first, generation: number) => ({...app.target(generation), port: 3000})
  await flip(target(first, 1))
  const old = call(t, door!.port)
  await until(() => old.text() === 'first\n')
  await flip(target(second, 2))
  old.socket.write('still')
  await until(() => old.text() === 'first\nstill')
  const next = call(t, door!.port)
  await until(() => next.text() === 'second\n')
  const {cut, drainMs} = await proxy.drain(shop, target(first, 1), 100, new AbortController().signal)
  t.is(cut, 1)
  t.true(drainMs >= 95)
  t.is(await old.closed, 'ECONNRESET')
  t.is(next.socket.readyState, 'open')
})

test('a drain is over when its last connection has ended', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const [first, second] = [await startEcho(t, 'first'), await startEcho(t, 'second')]
  const [door] = await openDoors(proxy, tcpDoor(3000))
  await flip({...first.target(1), port: 3000})
  const {socket, text, closed} = call(t, door!.port)
  await until(() => text() === 'first\n')
  await flip({...second.target(2), port: 3000})
  const drained = proxy.drain(shop, {...first.target(1), port: 3000}, 60_000, new AbortController().signal)
  socket.end()
  t.is(await closed, 'end')
  t.is((await drained).cut, 0)
})

test('a connection waits while nothing is live, with what it has said, and is reset where that is in vain', async (t) => {
  const {proxy, flip} = await startTestProxy(t, {holdMs: 300, maxHeld: 1})
  const app = await startEcho(t, 'app')
  const [door] = await openDoors(proxy, tcpDoor(app.port))
  const held = call(t, door!.port)
  held.socket.write('early ')
  await until(() => proxy.routes()[0]?.held === 1)
  const beyond = call(t, door!.port)
  t.is(await beyond.closed, 'ECONNRESET')
  await flip(app.target(1))
  await until(() => held.text() === 'app\nearly ')
  held.socket.end('late')
  t.is(await held.closed, 'end')
  t.is(held.text(), 'app\nearly late')
  await proxy.suspend(shop, 1)
  t.is(await call(t, door!.port).closed, 'ECONNRESET')
  t.is(proxy.routes()[0]?.failed, 2)
})

test('one that is gone while it waits takes no room', async (t) => {
  const {proxy} = await startTestProxy(t)
  const [door] = await openDoors(proxy, tcpDoor(3000))
  const {socket} = call(t, door!.port)
  await until(() => proxy.routes()[0]?.held === 1)
  socket.resetAndDestroy()
  await until(() => proxy.routes()[0]?.held === 0)
  t.pass()
})

test('a release that refuses has connections wait until it accepts, and its owner is told', async (t) => {
  const {proxy, flip, log} = await startTestProxy(t)
  const app = await startEcho(t, 'app')
  await app.close()
  const [door] = await openDoors(proxy, tcpDoor(app.port))
  await flip(app.target(1))
  const {text} = call(t, door!.port)
  await until(() => log.some((line) => line.includes('refuses connections')))
  await startTcpApp(t, (socket) => void socket.write('again'), app.port)
  await until(() => text() !== '')
  t.is(text(), 'again')
})

test('another port of the container is reached at the address of the one that is live, also of an app of HTTP', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const debug = await startEcho(t, 'debug')
  const [door] = await openDoors(proxy, tcpDoor(debug.port))
  await flip(targetAt(1, 1))
  const {text} = call(t, door!.port)
  await until(() => text() === 'debug\n')
  t.true(proxy.state(shop)?.doors[0]?.open)
})

test('where only a published port leads to the container, a door to another one is closed and says why', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const app = await startEcho(t, 'app')
  const [own, other] = await openDoors(proxy, tcpDoor(3000), tcpDoor(9229))
  t.true(own?.open && other?.open)
  await flip({...app.target(1), port: 3000})
  const state = proxy.state(shop)?.doors
  t.true(state?.[0]?.open)
  t.is(
    state?.[1]?.problem,
    "only port 3000 of the container is published, and this engine's containers have no address of their own here",
  )
  const {text} = call(t, own!.port)
  await until(() => text() === 'app\n')
  await until(async () => (await call(t, other!.port).closed) === 'ECONNREFUSED')
  await flip({...targetAt(app.port, 2)})
  await until(() => proxy.state(shop)?.doors[1]?.open === true)
})

test('replaced while it waits or connects, the connection goes to who is live then', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  // TEST-NET-1 (RFC 5737): nobody answers, or the network says that nobody can.
  const silent = {...targetAt(3000, 1), address: {host: '192.0.2.1', port: 3000}}
  const app = await startEcho(t, 'app')
  const [door] = await openDoors(proxy, tcpDoor(3000))
  await flip(silent)
  const {text} = call(t, door!.port)
  await until(() => (proxy.routes()[0]?.inFlight ?? 0) + (proxy.routes()[0]?.held ?? 0) === 1)
  await flip({...app.target(2), port: 3000})
  await proxy.drain(shop, silent, 0, new AbortController().signal)
  await until(() => text() === 'app\n')
  t.pass()
})

test('a route that is closed cuts its connections and closes its doors', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const app = await startEcho(t, 'app')
  const [door] = await openDoors(proxy, tcpDoor(app.port))
  await flip(app.target(1))
  const {text, closed} = call(t, door!.port)
  await until(() => text() === 'app\n')
  await proxy.close(shop)
  t.is(await closed, 'ECONNRESET')
  t.is(await call(t, door!.port).closed, 'ECONNREFUSED')
})

test('500 connections under 20 flips all get what they sent', async (t) => {
  const {proxy, flip} = await startTestProxy(t)
  const apps = [await startEcho(t, 'one'), await startEcho(t, 'two')]
  const [door] = await openDoors(proxy, tcpDoor(3000))
  await flip({...apps[0]!.target(1), port: 3000})
  const connection = async (index: number): Promise<string> => {
    const {socket, text, closed} = call(t, door!.port)
    socket.end(`message ${index}`)
    return `${await closed} ${text().split('\n')[1] === `message ${index}`}`
  }
  const ends: string[] = []
  for (let round = 0; round < 20; round++) {
    const all = Promise.all(Array.from({length: 25}, (_, index) => connection(index)))
    await flip({...apps[(round + 1) % 2]!.target(round + 2), port: 3000})
    ends.push(...(await all))
  }
  t.deepEqual([...new Set(ends)], ['end true'])
  t.is(ends.length, 500)
  t.is(proxy.routes()[0]?.failed, 0)
})
