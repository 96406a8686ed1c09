import test from 'ava'
import {execa} from 'execa'

import {ensureProxy} from '../../src/proxy/client.ts'
import {histogram, metric} from '../../src/proxy/exposition.ts'
import {metricsText} from '../../src/proxy/metrics.ts'
import type {Proxy} from '../../src/proxy/proxy.ts'
import {controlSocketPath} from '../../src/proxy/settings.ts'
import {proxyTraffic} from '../../src/proxy/traffic.ts'
import {immBin} from '../support/imm.ts'
import {ask, begin, keepAliveAgent, until} from './kit/client.ts'
import {daemonPlace, statusOf} from './kit/daemon.ts'
import {readExposition} from './kit/exposition.ts'
import type {Family} from './kit/exposition.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'

const read = (proxy: Proxy): Map<string, Family> =>
  readExposition(
    metricsText(
      {
        version: '1.2.3',
        apiVersion: 4,
        pid: 1,
        startedMs: 1_700_000_000_500,
        ...proxy,
        https: proxy.https(),
        routes: proxy.routes(),
      },
      {memoryBytes: 50_000_000, cpuMs: 1500},
    ),
  )

const valuesOf = (families: Map<string, Family>, name: string): [string, number][] =>
  (families.get(name)?.samples ?? []).map(({labels, value}) => [
    Object.values(labels).slice(3).join(' ') || Object.values(labels).join('/'),
    value,
  ])

test('what is counted of releases and routes is told, in a form that a strict reader takes', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t, {holdMs: 20})
  await ask(port)
  const upstream = await startUpstream(t, (request, response) => {
    response.statusCode = Number(request.url?.slice(1) ?? 200)
    request.resume().once('end', () => response.end('12345'))
  })
  await flip(upstream.target(1))
  const agent = keepAliveAgent(t)
  for (const status of [200, 201, 404, 503]) await ask(port, {path: `/${status}`, agent})
  await ask(port, {path: '/200', method: 'POST', body: '1234567', agent})
  await until(() => proxy.routes()[0]!.releases[0]!.connections.busy === 0)
  const families = read(proxy)
  t.deepEqual(valuesOf(families, 'imm_proxy_requests_total'), [
    ['r1-aaaaaaa 1xx', 0],
    ['r1-aaaaaaa 2xx', 3],
    ['r1-aaaaaaa 3xx', 0],
    ['r1-aaaaaaa 4xx', 1],
    ['r1-aaaaaaa 5xx', 1],
  ])
  const durations = families.get('imm_proxy_request_duration_seconds')!.samples
  t.is(durations.find(({name}) => name.endsWith('_count'))?.value, 5)
  t.true(durations.find(({name}) => name.endsWith('_sum'))!.value > 0)
  t.deepEqual(durations.find(({name}) => name.endsWith('_bucket'))?.labels, {
    ...shop,
    release: 'r1-aaaaaaa',
    le: '0.001',
  })
  for (const [name, value] of [
    ['failures_total', 0],
    ['requests_in_flight', 0],
    ['request_bytes_total', 7],
    ['response_bytes_total', 25],
    ['release_share', 1],
  ] as const)
    t.deepEqual(valuesOf(families, `imm_proxy_${name}`), [['r1-aaaaaaa', value]], name)
  t.deepEqual(valuesOf(families, 'imm_proxy_upstream_connections'), [
    ['r1-aaaaaaa busy', 0],
    ['r1-aaaaaaa idle', 1],
  ])
  for (const [name, value] of [
    ['client_requests_total', 6],
    ['client_failures_total', 1],
    ['requests_held', 0],
  ] as const)
    t.deepEqual(valuesOf(families, `imm_proxy_${name}`), [['shop/main/web', value]], name)
  t.deepEqual(families.get('imm_build_info')?.samples[0]?.labels, {version: '1.2.3'})
  t.is(families.get('process_start_time_seconds')?.samples[0]?.value, 1_700_000_000.5)
  t.is(families.get('process_resident_memory_bytes')?.samples[0]?.value, 50_000_000)
  t.is(families.get('process_cpu_seconds_total')?.samples[0]?.value, 1.5)
})

test('what is under way and what waits is told while it lasts', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const waiting = ask(port)
  await until(() => valuesOf(read(proxy), 'imm_proxy_requests_held')[0]?.[1] === 1)
  const upstream = await startUpstream(t, (_request, response) => void response.write('begun'))
  await flip(upstream.target(1))
  const download = await begin(port)
  const families = read(proxy)
  t.deepEqual(valuesOf(families, 'imm_proxy_requests_in_flight'), [['r1-aaaaaaa', 2]])
  t.deepEqual(valuesOf(families, 'imm_proxy_upstream_connections')[0], ['r1-aaaaaaa busy', 2])
  download.destroy()
  await upstream.close()
  await t.throwsAsync(waiting)
})

test('a proxy without routes tells of itself', async (t) => {
  const {proxy} = await startTestProxy(t)
  await proxy.close(shop)
  t.deepEqual(
    [...read(proxy).keys()],
    ['imm_build_info', 'process_resident_memory_bytes', 'process_cpu_seconds_total', 'process_start_time_seconds'],
  )
})

test('labels and help may hold whatever they like', (t) => {
  const odd = 'a"b\\c\nd,e="f"} 1'
  const text = metric('x_total', 'counter', 'one\ntwo\\', [
    [{a: odd, b: ''}, 1.5e-7],
    [{}, 0],
  ])
  const {help, samples} = readExposition(text).get('x_total')!
  t.is(help, String.raw`one\ntwo\\`)
  t.deepEqual(samples[0], {name: 'x_total', labels: {a: odd, b: ''}, value: 1.5e-7})
  const spread = readExposition(histogram('y', 'y', [0.5, 1], [{labels: {a: odd}, counts: [1, 0, 2], sum: 9}])).get(
    'y',
  )!
  t.deepEqual(
    spread.samples.map(({value}) => value),
    [1, 1, 3, 9, 3],
  )
})

test.serial('curl and imm proxy metrics read it from the socket; without a proxy the command fails', async (t) => {
  const place = await daemonPlace(t)
  const run = async (...args: string[]) =>
    execa(process.execPath, [immBin, 'proxy', 'metrics', ...args], {env: place.env, reject: false})
  const none = await run('--json')
  t.is(none.exitCode, 1)
  t.like(JSON.parse(none.stdout), {code: 'PROXY_UNREACHABLE', message: 'the proxy does not run'})

  const proxy = await ensureProxy(place)
  const traffic = proxyTraffic(proxy, {...shop, hosts: [shopHost], port: undefined})
  await traffic.open(place.signal)
  await traffic.flip((await startUpstream(t, (_request, response) => void response.end())).target(1), place.signal)
  t.is((await ask((await statusOf(proxy)).port)).status, 200)
  const socket = controlSocketPath(place.paths)
  const {stdout: scraped} = await execa('curl', ['-si', '--unix-socket', socket, 'http://imm/metrics'])
  const [head = '', body = ''] = scraped.split('\r\n\r\n')
  t.regex(head, /^content-type: text\/plain; version=0\.0\.4; charset=utf-8$/im)
  t.deepEqual(valuesOf(readExposition(`${body}\n`), 'imm_proxy_client_requests_total'), [['shop/main/web', 1]])
  const {stdout} = await run()
  t.deepEqual([...readExposition(`${stdout}\n`).keys()], [...readExposition(`${body}\n`).keys()])
  t.is(typeof (JSON.parse((await run('--json')).stdout) as {text: unknown}).text, 'string')
})
