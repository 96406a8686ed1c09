import {readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

import {connectProxy, ensureProxy, keepProxy} from '../../src/proxy/client.ts'
import {controlSocketPath} from '../../src/proxy/settings.ts'
import {statePath} from '../../src/proxy/state-file.ts'
import {proxyTraffic} from '../../src/proxy/traffic.ts'
import {ask, freePort, keepAliveAgent, until} from './kit/client.ts'
import {daemonPlace, isAlive, statusOf} from './kit/daemon.ts'
import {shop, shopHost} from './kit/proxy.ts'
import {askSecure, turnOnHttps} from './kit/secure.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const route = {...shop, hosts: [shopHost], port: undefined}
const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777
const daemonFile = fileURLToPath(new URL('../../src/wiring/daemon.ts', import.meta.url))

// One after the other: a process start takes its time on a busy machine.
test.serial('it starts on demand, keeps others out of its sockets and files, and is found by the next', async (t) => {
  const place = await daemonPlace(t)
  t.is(await connectProxy(place), undefined)
  const proxy = await ensureProxy(place)
  const status = await statusOf(proxy)
  t.true(status.port > 0)
  t.deepEqual(status.routes, [])
  t.is((await statusOf((await connectProxy(place))!)).pid, status.pid)
  t.is(await mode(place.paths.runtime), 0o700)
  t.is(await mode(controlSocketPath(place.paths)), 0o600)
  t.is(await mode(path.join(place.paths.home, 'proxy-routes.json')), 0o600)
  t.is(await mode(path.join(place.paths.home, 'proxy.log')), 0o600)
})

test.serial('of several started at once one serves and the others use it', async (t) => {
  const place = await daemonPlace(t)
  const clients = await Promise.all(Array.from({length: 4}, async () => ensureProxy(place)))
  const pids = await Promise.all(clients.map(async (client) => (await statusOf(client)).pid))
  t.is(new Set(pids).size, 1)
  const again = await execa(process.execPath, [daemonFile, place.paths.home, place.paths.runtime], {env: place.env})
  t.is(again.exitCode, 0)
  t.is((await statusOf(clients[0]!)).pid, pids[0]!)
})

test.serial('a taken port is told to whoever started it', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const {port} = server.address() as AddressInfo
  const place = await daemonPlace(t, {IMM_PROXY_PORT: String(port)})
  const error = await t.throwsAsync(ensureProxy(place), {code: 'PORT_IN_USE'})
  t.true(error.message.includes(String(port)))
  t.regex((error as unknown as {next: string}).next, /IMM_PROXY_PORT/)
})

test.serial('a port that is no number is told as a mistake', async (t) => {
  const place = await daemonPlace(t, {IMM_PROXY_PORT: 'many'})
  await t.throwsAsync(ensureProxy(place), {code: 'USAGE', message: /IMM_PROXY_PORT/})
})

test.serial('it ends by itself when nothing is routed any more, and not before', async (t) => {
  const place = await daemonPlace(t, {IMM_PROXY_IDLE_MS: '1000'})
  const proxy = await ensureProxy(place)
  const {pid} = await statusOf(proxy)
  const traffic = proxyTraffic(proxy, route)
  await traffic.open(place.signal)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  t.true(isAlive(pid))
  await traffic.close(place.signal)
  await until(() => !isAlive(pid))
  t.is(await connectProxy(place), undefined)
})

test.serial(
  'told to stop it lets what is under way end, and its routes and port come back with the next',
  async (t) => {
    // No timer of its own may keep it: with this one it would be there for ten minutes.
    const place = await daemonPlace(t, {IMM_PROXY_IDLE_MS: '600000'})
    const proxy = await ensureProxy(place)
    const {promise: asked, resolve} = Promise.withResolvers<void>()
    const {promise: go, resolve: release} = Promise.withResolvers<void>()
    const upstream = await startUpstream(t, (request, response) => {
      if (request.url === '/slow') {
        resolve()
        void go.then(() => response.end('slow'))
      } else response.end('quick')
    })
    const traffic = proxyTraffic(proxy, route)
    await traffic.open(place.signal)
    await traffic.flip(upstream.target(1), place.signal)
    const {pid, port} = await statusOf(proxy)
    const slow = ask(port, {path: '/slow'})
    await asked
    const stopped = proxy.stop(10_000, place.signal)
    await until(async () => (await ask(port).catch(() => undefined)) === undefined)
    release()
    t.is((await slow).body, 'slow')
    await stopped
    await until(() => !isAlive(pid))
    const next = await ensureProxy(place)
    t.is((await statusOf(next)).port, port)
    t.is((await ask(port)).body, 'quick')
    t.deepEqual(await proxyTraffic(next, route).state(place.signal), {
      ...shop,
      hosts: [shopHost],
      routes: [],
      url: `http://${shopHost}:${port}`,
      doors: [],
      urls: [`http://${shopHost}:${port}`],
      generation: 1,
      live: upstream.target(1),
      portions: [{targets: [upstream.target(1)], weight: 1}],
      previous: [],
    } as never)
  },
)

test.serial('killed under load it is back by itself with the same routes on the same port', async (t) => {
  const place = await daemonPlace(t)
  const restarted = Promise.withResolvers<void>()
  await using proxy = await keepProxy({...place, onRestart: () => restarted.resolve()})
  const upstreams = await Promise.all(
    ['one', 'two'].map(async (name) => startUpstream(t, (_, response) => void response.end(name))),
  )
  const traffic = proxyTraffic(proxy, route)
  await traffic.open(place.signal)
  await traffic.flip(upstreams[0]!.target(1), place.signal)
  await traffic.flip(upstreams[1]!.target(2), place.signal)
  const {pid, port} = await statusOf(proxy)

  const agent = keepAliveAgent(t, 8)
  const over = new AbortController()
  const bodies: string[] = []
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const answer = await ask(port, {agent}).catch(() => undefined)
      if (answer !== undefined) bodies.push(`${answer.status} ${answer.body}`)
      else await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const load = Promise.all([client(), client(), client(), client()])
  await until(() => bodies.length > 50)
  process.kill(pid, 'SIGKILL')
  await restarted.promise
  const before = bodies.length
  await until(() => bodies.length > before + 50)
  over.abort()
  await load
  t.deepEqual([...new Set(bodies)], ['200 two'])
  const status = await statusOf(proxy)
  t.not(status.pid, pid)
  t.is(status.port, port)
  t.is(status.routes[0]!.previous[0]!.release, 'r1-aaaaaaa')
})

test.serial(
  'a proxy that was told to stop is gone when that is told, and the next one starts in its place',
  async (t) => {
    const place = await daemonPlace(t)
    const pids = new Set<number>()
    for (let time = 0; time < 3; time++) {
      const proxy = await ensureProxy(place)
      const upstream = await startUpstream(t, (_, response) => setTimeout(() => response.end('late'), 300))
      const traffic = proxyTraffic(proxy, route)
      await traffic.open(place.signal)
      await traffic.flip(upstream.target(1 + time), place.signal)
      const {pid, port} = await statusOf(proxy)
      pids.add(pid)
      const answer = ask(port)
      await until(async () => (await statusOf(proxy)).routes[0]?.inFlight === 1)
      await proxy.stop(5000, place.signal)
      t.is((await answer).body, 'late')
      t.is(await proxy.status(place.signal), undefined)
    }
    t.is(pids.size, 3)
  },
)

test.serial('a call that meets a dead proxy starts it and is made on the new one', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const upstream = await startUpstream(t, (_, response) => void response.end('here'))
  const traffic = proxyTraffic(proxy, route)
  const {pid, port} = await statusOf(proxy)
  await traffic.open(place.signal)
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid))
  await traffic.flip(upstream.target(1), place.signal)
  t.is((await ask(port)).body, 'here')
})

test.serial('what was opened and flipped is asserted again on a proxy that lost its state', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const upstream = await startUpstream(t, (_, response) => void response.end('here'))
  const traffic = proxyTraffic(proxy, route)
  await traffic.open(place.signal)
  await traffic.flip(upstream.target(7), place.signal)
  const {pid} = await statusOf(proxy)
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid))
  await writeFile(path.join(place.paths.home, 'proxy-routes.json'), '{"version": 1, "routes"')
  const state = await traffic.state(place.signal)
  t.is(state?.generation, 7)
  t.is((await ask((await statusOf(proxy)).port)).body, 'here')
  // The corrupt file is kept, and the log says so.
  const files = await readdir(place.paths.home)
  t.is(files.filter((file) => file.startsWith('proxy-routes.json.corrupt-')).length, 1)
  t.regex(await readFile(path.join(place.paths.home, 'proxy.log'), 'utf8'), /set aside proxy-routes\.json/)
})

test.serial(
  'shares are asserted again on a proxy that lost its state, but never over a later step of another imm',
  async (t) => {
    const place = await daemonPlace(t)
    const proxy = await ensureProxy(place)
    const live = await startUpstream(t, (_, response) => void response.end('live'))
    const candidate = await startUpstream(t, (_, response) => void response.end('candidate'))
    const shares = (weight: number) =>
      [
        {targets: [live.target(1)], weight: 1 - weight},
        {targets: [candidate.target(2)], weight},
      ] as const
    const killProxy = async (): Promise<void> => {
      const {pid} = await statusOf(proxy)
      process.kill(pid, 'SIGKILL')
      await until(() => !isAlive(pid))
    }
    const traffic = proxyTraffic(proxy, route)
    await traffic.open(place.signal)
    t.deepEqual((await traffic.split({portions: shares(0.25)}, place.signal)).previous, [])
    await killProxy()
    await rm(path.join(place.paths.home, 'proxy-routes.json'))
    t.deepEqual((await traffic.state(place.signal))?.portions, shares(0.25))

    const other = proxyTraffic(await ensureProxy(place), route)
    await other.split({portions: shares(0.75)}, place.signal)
    await killProxy()
    t.deepEqual((await traffic.state(place.signal))?.portions, shares(0.75))
  },
)

test.serial('shares and counts pass over the control socket, and what makes no sense is refused', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const [one, two] = [await startUpstream(t, (_, response) => void response.end('1')), targetAt(1, 2)]
  const traffic = proxyTraffic(proxy, route)
  const split = (weight: number) =>
    ({portions: [{targets: [one.target(1)], weight}], mirror: {targets: [two], share: 0.5}}) as const
  t.deepEqual(await traffic.counts(place.signal), [])
  await t.throwsAsync(traffic.split(split(1), place.signal), {code: 'NOTHING_LIVE'})
  await traffic.open(place.signal)
  await t.throwsAsync(traffic.split(split(0.5), place.signal), {code: 'USAGE'})
  await traffic.split(split(1), place.signal)
  t.deepEqual((await traffic.state(place.signal))?.mirror, split(1).mirror)
  await ask((await statusOf(proxy)).port)
  const counts = await traffic.counts(place.signal)
  t.deepEqual(
    counts.map(({release, requests, bytesOut}) => [release, requests, bytesOut]),
    [
      ['r2-aaaaaaa', 0, 0],
      ['r1-aaaaaaa', 1, 1],
    ],
  )
  t.deepEqual(
    (await statusOf(proxy)).routes[0]?.releases.map(({connections: _connections, ...counted}) => counted),
    counts as never,
  )
})

test.serial(
  'a proxy stopped on purpose is left alone by its keeper, which is told, and watched again once it is back',
  async (t) => {
    const place = await daemonPlace(t)
    let restarts = 0
    const stopped = Promise.withResolvers<void>()
    await using proxy = await keepProxy({
      ...place,
      patienceMs: 0,
      onRestart: () => restarts++,
      onStop: () => stopped.resolve(),
    })
    await proxy.stop(0, place.signal)
    await stopped.promise
    await new Promise((resolve) => setTimeout(resolve, 300))
    t.is(await connectProxy(place), undefined)
    await proxyTraffic(proxy, route).open(place.signal)
    const {pid} = await statusOf(proxy)
    // Its look whether somebody started one comes twice a second.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    process.kill(pid, 'SIGKILL')
    await until(() => restarts === 1)
  },
)

test.serial('a proxy that can’t be started says why, with the last lines of its log', async (t) => {
  const place = await daemonPlace(t)
  const broken = {
    ...place,
    env: {...place.env, NODE_OPTIONS: '--import=data:text/javascript,throw%20new%20Error("broken%20start")'},
  }
  const error = await t.throwsAsync(ensureProxy(broken), {code: 'PROXY_UNREACHABLE'})
  t.regex((error as unknown as {output: string[]}).output.join('\n'), /broken start/)
})

test.serial('a proxy that runs speaks https once it is set up, also on a port of its own', async (t) => {
  const httpsPort = await freePort()
  const place = await daemonPlace(t, {IMM_PROXY_HTTPS_PORT: String(httpsPort)})
  const proxy = await ensureProxy(place)
  t.deepEqual((await statusOf(proxy)).https, {port: httpsPort, trusted: false})
  const {pem: ca, untilMs} = await turnOnHttps(place.paths.home)
  t.deepEqual((await statusOf(proxy)).https, {port: httpsPort, trusted: true, untilMs})
  for (const port of [httpsPort, (await statusOf(proxy)).port])
    t.is((await askSecure(port, {ca, host: 'nobody.localhost'})).status, 404)
})
test.serial(
  'how a route is to be treated is told anew to a proxy that lost it, and changes while it serves',
  async (t) => {
    const place = await daemonPlace(t)
    await using proxy = await keepProxy(place)
    const traffic = proxyTraffic(proxy, route)
    const manner = async () => {
      const {reload, closes} = (await traffic.state(place.signal))!
      return {reload, closes}
    }
    await traffic.open(place.signal, {reload: true, closes: ['websocket', 'events']})
    t.deepEqual(await manner(), {reload: true, closes: ['websocket', 'events']})
    const {pid} = await statusOf(proxy)
    await rm(statePath(place.paths.home))
    process.kill(pid, 'SIGKILL')
    await until(async () => (await proxy.status(place.signal).catch(() => undefined))?.pid !== pid)
    await until(async () => (await traffic.state(place.signal)) !== undefined)
    t.deepEqual(await manner(), {reload: true, closes: ['websocket', 'events']})
    await traffic.open(place.signal, {reload: false, closes: []})
    t.deepEqual(await manner(), {reload: undefined, closes: []})
    await traffic.close(place.signal)
  },
)
