import {setTimeout as sleep} from 'node:timers/promises'

import test from 'ava'

import {keepProxy} from '../../../src/proxy/client.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {ask, freePort, keepAliveAgent, until} from '../kit/client.ts'
import {daemonPlace, isAlive, statusOf} from '../kit/daemon.ts'
import {shop, shopHost} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {call, gateway, httpDoor, startEcho, tcpDoor} from './kit.ts'

const route = {...shop, hosts: [shopHost], port: undefined}

test.serial('handed over five times under load, doors refuse and lose nothing', async (t) => {
  t.timeout(120_000)
  const place = await daemonPlace(t)
  await using proxy = await keepProxy({...place, onRestart: () => t.fail('it died')})
  const app = await startUpstream(t, (_request, response) => void response.end('here'))
  const echo = await startEcho(t, 'echo')
  const traffic = proxyTraffic(proxy, {...route, doors: [httpDoor(app.port), tcpDoor(echo.port)]})
  const {doors} = await traffic.open(place.signal)
  await traffic.flip(app.target(1), place.signal)
  const [http, tcp] = doors
  const long = call(t, tcp!.port)
  await until(() => long.text() === 'echo\n')
  const kept = keepAliveAgent(t, 4)
  const ends: Promise<string>[] = []
  const over = new AbortController()
  const load = async (): Promise<void> => {
    for (let index = 0; !over.signal.aborted; index++) {
      const agent = index % 2 === 0 ? kept : (false as const)
      ends.push(ask(http!.port, {address: gateway, host: 'api', agent}).then(({body}) => body, String))
      const {socket, text, closed} = call(t, tcp!.port)
      socket.end('here')
      ends.push(closed.then((end) => (end === 'end' ? text().slice(5) : end)))
      await sleep(5)
    }
  }
  const loading = load()
  const pids = new Set([(await statusOf(proxy)).pid])
  for (let count = 0; count < 5; count++) pids.add((await proxy.replace(place.signal))!.pid)
  const atLeast = ends.length + 20
  await until(() => ends.length >= atLeast)
  over.abort()
  await loading
  t.deepEqual([...new Set(await Promise.all(ends))], ['here'])
  t.is(pids.size, 6)
  t.deepEqual((await traffic.state(place.signal))?.doors, doors)
  long.socket.end('on')
  t.is(await long.closed, 'end')
  t.is(long.text(), 'echo\non')
  kept.destroy()
  const last = [...pids].at(-1)!
  await until(() => [...pids].every((pid) => pid === last || !isAlive(pid)))
})

test.serial('what waits at a door when the proxy is handed over goes on with the next one', async (t) => {
  const place = await daemonPlace(t)
  await using proxy = await keepProxy({...place, onRestart: () => t.fail('it died')})
  const echo = await startEcho(t, 'echo')
  const app = await startUpstream(t, (_request, response) => void response.end('here'))
  const traffic = proxyTraffic(proxy, {...route, doors: [httpDoor(app.port), tcpDoor(echo.port)]})
  const {doors} = await traffic.open(place.signal)
  const asking = ask(doors[0]!.port, {address: gateway, host: 'api'})
  const {socket, text, closed} = call(t, doors[1]!.port)
  socket.write('early ')
  await until(async () => (await statusOf(proxy)).routes[0]?.held === 2)
  await proxy.replace(place.signal)
  await until(async () => (await statusOf(proxy)).routes[0]?.held === 2)
  await traffic.flip(app.target(1), place.signal)
  t.is((await asking).body, 'here')
  await until(() => text() === 'echo\nearly ')
  socket.end('late')
  t.is(await closed, 'end')
  t.is(text(), 'echo\nearly late')
})

test.serial('a drain counts and cuts connections in both processes', async (t) => {
  const place = await daemonPlace(t)
  await using proxy = await keepProxy({...place, onRestart: () => t.fail('it died')})
  const [first, second] = [await startEcho(t, 'first'), await startEcho(t, 'second')]
  const traffic = proxyTraffic(proxy, {...route, doors: [tcpDoor(3000)]})
  const {doors} = await traffic.open(place.signal)
  const before = {...first.target(1), port: 3000}
  await traffic.flip(before, place.signal)
  const old = call(t, doors[0]!.port)
  await until(() => old.text() === 'first\n')
  await proxy.replace(place.signal)
  const next = call(t, doors[0]!.port)
  await until(() => next.text() === 'first\n')
  await traffic.flip({...second.target(2), port: 3000}, place.signal)
  t.is((await traffic.drain(before, 100, place.signal)).cut, 2)
  t.is(await old.closed, 'ECONNRESET')
  t.is(await next.closed, 'ECONNRESET')
})

test.serial('a port of its own can be opened after the process that handed over has gone', async (t) => {
  const place = await daemonPlace(t)
  await using proxy = await keepProxy({...place, onRestart: () => t.fail('it died')})
  const {pid} = await statusOf(proxy)
  await proxyTraffic(proxy, route).open(place.signal)
  await proxy.replace(place.signal)
  await until(() => !isAlive(pid))
  const port = await freePort()
  const state = await proxyTraffic(proxy, {...route, port, doors: [httpDoor(3000)]}).open(place.signal)
  t.is(state.port, port)
  t.true(state.doors[0]?.open)
})
