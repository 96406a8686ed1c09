import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {connectProxy, ensureProxy, presentProxy} from '../../../src/proxy/client.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import {startDaemon} from '../../../src/proxy/start.ts'
import {writeState} from '../../../src/proxy/state-file.ts'
import {apiVersion} from '../../../src/proxy/status.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {ask, until} from '../kit/client.ts'
import {daemonPlace, isAlive, statusOf} from '../kit/daemon.ts'
import {daemonAt, kitDaemon, otherVersion, replaceBy} from '../kit/handover.ts'
import {shop, shopHost, temporaryDirectory} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

const route = {...shop, hosts: [shopHost], port: undefined}

for (const [name, words] of [
  ['throws', /broken from the start/],
  ['leaves', /ended with 3/],
] as const)
  test.serial(`after a successor that ${name} the proxy goes on as before, and says why`, async (t) => {
    const place = await daemonPlace(t)
    const proxy = await ensureProxy(place)
    const upstream = await startUpstream(t, (_, response) => void response.end('here'))
    const traffic = proxyTraffic(proxy, route)
    await traffic.open(place.signal)
    const {pid, port} = await statusOf(proxy)
    const error = await t.throwsAsync(replaceBy(place, kitDaemon(name)), {code: 'HANDOVER_FAILED'})
    t.regex([error.message, ...(error as unknown as {output: string[]}).output].join('\n'), words)
    t.is((await statusOf(proxy)).pid, pid)
    await traffic.flip(upstream.target(1), place.signal)
    t.is((await ask(port)).body, 'here')
    t.regex(await readFile(path.join(place.paths.home, 'proxy.log'), 'utf8'), /not handed over/)
    // It can still be replaced, by a better one.
    t.not((await replaceBy(place)).pid, pid)
    t.is((await ask(port)).body, 'here')
  })

test.serial('a program that is not there is no successor, and nor is a path that is not absolute', async (t) => {
  const place = await daemonPlace(t)
  const {pid} = await statusOf(await ensureProxy(place))
  await t.throwsAsync(replaceBy(place, daemonAt('/nowhere/daemon.js')), {code: 'HANDOVER_FAILED'})
  await t.throwsAsync(replaceBy(place, {...daemonAt('/nowhere/daemon.js'), node: '/nowhere/node'}), {
    code: 'HANDOVER_FAILED',
  })
  await t.throwsAsync(replaceBy(place, daemonAt('daemon.js')), {code: 'USAGE'})
  t.is((await statusOf((await connectProxy(place))!)).pid, pid)
})

test.serial('control calls made while it is handed over are answered by one of the two', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const traffic = proxyTraffic(proxy, route)
  await traffic.open(place.signal)
  const upstream = await startUpstream(t, (_, response) => void response.end('here'))
  let generation = 0
  const replaced = new AbortController()
  // A call would start the proxy again after the test.
  t.teardown(() => replaced.abort())
  const flips = (async () => {
    while (!replaced.signal.aborted) await traffic.flip(upstream.target(++generation), place.signal)
  })()
  for (let count = 0; count < 3; count++) await replaceBy(place)
  replaced.abort()
  await flips
  t.is((await traffic.state(place.signal))?.generation, generation)
})

test.serial('never two processes keep an environment', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  await proxyTraffic(proxy, route).open(place.signal)
  const pids: number[] = []
  for (let count = 0; count < 2; count++) pids.push((await replaceBy(place, kitDaemon('keeping'))).pid)
  // One that fails gives it back.
  await t.throwsAsync(replaceBy(place, kitDaemon('leaves')))
  const [first, second] = pids
  t.deepEqual((await readFile(path.join(place.paths.home, 'keeping.log'), 'utf8')).trim().split('\n'), [
    `minded by ${first}`,
    `left by ${first}`,
    `minded by ${second}`,
    `left by ${second}`,
    `minded by ${second}`,
  ])
})

test.serial('an imm that finds an older proxy replaces it by itself, also one that it could not talk to', async (t) => {
  const place = await daemonPlace(t)
  await startDaemon(place.paths, place.env, place.signal, await otherVersion(t, '0.0.1', 1))
  await t.throwsAsync(connectProxy(place), {code: 'PROXY_UNREACHABLE', message: /imm 0\.0\.1/})
  const proxy = await ensureProxy(place)
  const {pid, version} = await statusOf(proxy)
  t.not(version, '0.0.1')
  // The same version again is left as it is.
  t.is((await statusOf(await ensureProxy(place))).pid, pid)
})

test.serial(
  'a newer proxy is left alone by an older imm, which says what to do where it can’t talk to it',
  async (t) => {
    const place = await daemonPlace(t)
    const proxy = await ensureProxy(place)
    const {pid, port} = await statusOf(proxy)
    const upstream = await startUpstream(t, (_, response) => void response.end('here'))
    const traffic = proxyTraffic(proxy, route)
    await traffic.open(place.signal)
    await traffic.flip(upstream.target(1), place.signal)
    const newer = await replaceBy(place, await otherVersion(t, '99.0.0', apiVersion))
    t.is(newer.version, '99.0.0')
    await until(() => !isAlive(pid))
    t.is((await statusOf(await ensureProxy(place))).pid, newer.pid)
    t.is((await ask(port)).body, 'here')

    const newest = await replaceBy(place, await otherVersion(t, '99.1.0', apiVersion + 1))
    const error = await t.throwsAsync(ensureProxy(place), {code: 'PROXY_UNREACHABLE'})
    t.regex((error as unknown as {next: string}).next, /imm 99\.1\.0/)
    t.is((await ask(port)).body, 'here')
    // By hand it goes back, and it can be stopped.
    const back = await replaceBy(place)
    t.not(back.pid, newest.pid)
    t.is((await ask(port)).body, 'here')
    await (await presentProxy(place.paths))?.stop(0, place.signal)
    await until(() => !isAlive(back.pid))
  },
)

test('a request that comes while the addresses are still being opened is answered', async (t) => {
  const home = await temporaryDirectory(t)
  await writeState(home, {port: 0, routes: []})
  const early: number[] = []
  const proxy = await createProxy({
    home,
    port: 0,
    log: () => undefined,
    async inherit(_, {host, port}) {
      if (host === '::1') early.push((await ask(port)).status)
      return false
    },
  })
  t.teardown(async () => proxy[Symbol.asyncDispose]())
  t.deepEqual(early, [404])
})

test.serial(
  'told to stop while it is handed over, it ends, and leaves the next one its ports and its socket',
  async (t) => {
    const place = await daemonPlace(t)
    const {pid, port} = await statusOf(await ensureProxy(place))
    const replacing = replaceBy(place)
    await until(async () => (await readFile(path.join(place.paths.home, 'proxy.log'), 'utf8')).includes('started on'))
    process.kill(pid, 'SIGTERM')
    await Promise.allSettled([replacing])
    await until(() => !isAlive(pid))
    const status = await statusOf(await ensureProxy(place))
    t.not(status.pid, pid)
    t.is(status.port, port)
    t.is((await ask(port)).status, 404)
  },
)

test.serial('a state that this imm can’t read is no reason to lose it: it does not take over', async (t) => {
  const place = await daemonPlace(t)
  const {pid} = await statusOf(await ensureProxy(place))
  const file = path.join(place.paths.home, 'proxy-routes.json')
  const newer = '{"version": 99, "port": 0, "routes": []}'
  await writeFile(file, newer)
  const error = await t.throwsAsync(replaceBy(place), {code: 'HANDOVER_FAILED'})
  t.regex(error.message, /version/)
  t.is(await readFile(file, 'utf8'), newer)
  t.is((await statusOf((await connectProxy(place))!)).pid, pid)
})
