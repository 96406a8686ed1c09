import {once} from 'node:events'
import {request as httpRequest} from 'node:http'
import {Script} from 'node:vm'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import type {Split} from '../../../src/lifecycle/ports.ts'
import {maxWatchers} from '../../../src/proxy/limits.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import {ask, begin, until} from '../kit/client.ts'
import type {Ask} from '../kit/client.ts'
import {shop, shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream, targetAt} from '../kit/upstream.ts'

const path = '/.imm/reload'

interface Heard {
  event: string
  data: string
}

/** What a page hears, as EventSource would give it. */
const listen = async (t: ExecutionContext, port: number, options: Ask = {}) => {
  const given = new AbortController()
  t.teardown(() => given.abort())
  const incoming = await begin(port, {path, signal: given.signal, ...options})
  const heard: Heard[] = []
  let text = ''
  incoming.on('error', () => undefined)
  incoming.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\n\n')
    text = messages.pop() ?? ''
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1]
      if (data !== undefined) heard.push({event: /^event: (.*)$/m.exec(message)?.[1] ?? 'message', data})
    }
  })
  return {incoming, heard, releases: () => heard.filter(({event}) => event === 'message').map(({data}) => data)}
}

test('a page hears which release is live, and of the next one when it has the traffic, not before', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t, {}, {reload: true})
  await flip(targetAt(1, 1))
  const page = await listen(t, port)
  t.is(page.incoming.headers['content-type'], 'text/event-stream')
  await until(() => page.releases().length === 1)
  for (const [stage, failed] of [
    ['build', false],
    ['verify', false],
    ['verify', true],
  ] as const)
    proxy.announce(shop, {stage, release: targetAt(1, 2).release, message: '', output: [], failed})
  await flip(targetAt(1, 3))
  await until(() => page.releases().length === 2)
  t.deepEqual(page.heard, [
    {event: 'message', data: 'r1-aaaaaaa'},
    {event: 'message', data: 'r3-aaaaaaa'},
  ])
  t.is(proxy.routes()[0]!.requests, 0, 'it is no request of the application')
})

test('a rollback is heard as well, a fresh container of the same release is not', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t, {}, {reload: true})
  await flip(targetAt(1, 1))
  const page = await listen(t, port)
  await flip({...targetAt(2, 2)})
  await proxy.suspend(shop, 2)
  await flip({...targetAt(3, 2), instance: 'another'})
  await flip({...targetAt(1, 3), release: targetAt(1, 1).release})
  await until(() => page.releases().length === 3)
  t.deepEqual(page.releases(), ['r1-aaaaaaa', 'r2-aaaaaaa', 'r1-aaaaaaa'])
})

const portions = (weight: number): Split['portions'] => [
  {targets: [targetAt(1, 1)], weight: 1 - weight},
  {targets: [targetAt(2, 2)], weight},
]

test('a page of a release with a share hears of the one that its cookie leads to', async (t) => {
  const {port, split} = await startTestProxy(t, {}, {reload: true})
  await split({portions: portions(0.5)})
  const candidate = await listen(t, port, {headers: {cookie: 'imm-release=0.1'}})
  const live = await listen(t, port, {headers: {cookie: 'imm-release=0.9'}})
  await until(() => candidate.heard.length + live.heard.length === 2)
  await split({portions: [{targets: [targetAt(1, 1)], weight: 1}]})
  await until(() => candidate.heard.length === 2)
  t.deepEqual(candidate.releases(), ['r2-aaaaaaa', 'r1-aaaaaaa'])
  t.deepEqual(live.releases(), ['r1-aaaaaaa'])
})

test('another process of the proxy tells the same', async (t) => {
  const started = await startTestProxy(t, {}, {reload: true})
  await started.flip(targetAt(1, 1))
  const page = await listen(t, started.port)
  const ended = once(page.incoming, 'end')
  await started.proxy.stopListening()
  await ended
  await started.proxy[Symbol.asyncDispose]()
  const next = await createProxy({home: started.home, port: 0, log: () => undefined})
  t.teardown(async () => next[Symbol.asyncDispose]())
  const again = await listen(t, next.port)
  await until(() => again.releases().length === 1)
  t.deepEqual(again.releases(), ['r1-aaaaaaa'])
})

test('while nothing is live a page hears what goes on, and of the first release', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const page = await listen(t, port)
  proxy.announce(shop, {stage: 'build', release: 'r1-aaaaaaa', message: 'RUN npm ci', output: []})
  proxy.announce(shop, {stage: 'build', release: 'r1-aaaaaaa', message: 'RUN npm ci', output: []})
  proxy.announce(shop, {
    stage: 'build',
    release: 'r1-aaaaaaa',
    message: 'it broke',
    output: ['last line'],
    failed: true,
  })
  await flip(targetAt(1, 2))
  await until(() => page.releases().length === 1)
  const states = page.heard.slice(0, -1).map(({data}) => JSON.parse(data) as {elapsedMs?: number})
  t.deepEqual(
    states.map(({elapsedMs, ...rest}) => ({...rest, timed: elapsedMs !== undefined})),
    [
      {title: 'shop: Waiting', heading: 'Waiting', message: 'No release is live yet.', output: '', timed: false},
      {title: 'shop: Building', heading: 'Building r1-aaaaaaa', message: 'RUN npm ci', output: '', timed: true},
      {
        title: 'shop: build failed',
        heading: 'r1-aaaaaaa: build failed',
        message: 'it broke',
        output: 'last line',
        timed: false,
      },
    ],
  )
})

test('a page that waits for a release that refuses connections hears when it accepts again', async (t) => {
  const {port, flip} = await startTestProxy(t, {holdPageMs: 1, holdMs: 1})
  const upstream = await startUpstream(t, (_request, response) => void response.end())
  await flip(upstream.target(1))
  await upstream.close()
  t.is((await ask(port, {headers: {accept: 'text/html'}})).status, 503)
  const page = await listen(t, port)
  await until(() => page.heard.length === 1)
  t.regex(page.heard[0]!.data, /does not accept connections/)
  await startUpstream(t, (_request, response) => void response.end(), upstream.port)
  await until(() => page.releases().length === 1)
  t.is((await ask(port)).status, 200)
})

test('without reload, and with something live, the paths are the application’s', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => void response.end(`its ${request.url}`))
  await flip(upstream.target(1))
  for (const each of [path, `${path}.js`]) t.is((await ask(port, {path: each})).body, `its ${each}`)
})

test('with reload only these two paths are the proxy’s', async (t) => {
  const {port, flip} = await startTestProxy(t, {}, {reload: true})
  const upstream = await startUpstream(t, (request, response) => void response.end(`its ${request.url}`))
  await flip(upstream.target(1))
  for (const each of ['/.imm/', `${path}/x`, `/x${path}`]) t.is((await ask(port, {path: each})).body, `its ${each}`)
  const script = await ask(port, {path: `${path}.js`})
  t.regex(String(script.headers['content-type']), /^text\/javascript/)
  t.is(script.headers['cache-control'], 'no-store')
  t.notThrows(() => new Script(script.body))
})

test('they answer only GET, only under names of this machine, and no page of another site', async (t) => {
  const free = await startUpstream(t, () => undefined)
  await free.close()
  const {proxy, port, flip} = await startTestProxy(t)
  await proxy.open({...shop, hosts: [shopHost], port: free.port, reload: true})
  await flip(targetAt(1, 1))
  t.is((await ask(port, {path, method: 'POST'})).status, 405)
  t.is((await ask(port, {path, method: 'HEAD'})).status, 405)
  t.is((await ask(free.port, {path, host: 'rebound.example'})).status, 421)
  t.is((await ask(port, {path, headers: {'sec-fetch-site': 'cross-site'}})).status, 403)
  const upgrade = httpRequest({
    port,
    path,
    headers: {host: shopHost, connection: 'Upgrade', upgrade: 'websocket'},
    agent: false,
  })
  upgrade.on('upgrade', () => t.fail()).end()
  const [response] = (await once(upgrade, 'response')) as [{statusCode: number; resume(): void}]
  response.resume()
  t.is(response.statusCode, 200, 'as if no upgrade had been asked for')
  upgrade.destroy()
})

test('they are bounded in number, and a page that leaves makes room', async (t) => {
  const {port, flip} = await startTestProxy(t, {}, {reload: true})
  await flip(targetAt(1, 1))
  const pages = await Promise.all(Array.from({length: maxWatchers}, async () => listen(t, port)))
  const refused = await ask(port, {path})
  t.is(refused.status, 503)
  t.is(refused.headers['retry-after'], '1')
  pages[0]!.incoming.destroy()
  await until(async () => {
    const incoming = await begin(port, {path})
    incoming.destroy()
    return incoming.statusCode === 200
  })
})

test('the streams of a route that is closed end', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t, {}, {reload: true})
  await flip(targetAt(1, 1))
  const {incoming} = await listen(t, port)
  const ended = once(incoming, 'end')
  await proxy.close(shop)
  await ended
  t.pass()
})

test('an app that has a path of a host has its tag, its stream and its waiting page under that path', async (t) => {
  const started = await startTestProxy(t, {holdPageMs: 1})
  const api = {project: 'api', environment: 'main', app: 'web'}
  const upstream = await startUpstream(t, (request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`its ${request.url}`)
  })
  await started.flip(upstream.target(1))
  const routes = [{host: shopHost, path: '/api', strip: true}]
  await started.proxy.open({...api, hosts: [], routes, port: undefined, reload: true})
  const headers = {accept: 'text/html'}
  t.regex((await ask(started.port, {path: '/api/x', headers})).body, /data-stream="\/api\/\.imm\/reload"/)
  const page = await listen(t, started.port, {path: `/api${path}`})
  await started.proxy.flip(api, {target: targetAt(upstream.port, 7), attempt: 'one'})
  await until(() => page.releases().length === 1)
  t.deepEqual(page.releases(), ['r7-aaaaaaa'])
  const {body} = await ask(started.port, {path: '/api/x', headers})
  t.is(body, '<script src="/api/.imm/reload.js" data-release="r7-aaaaaaa" async></script>its /x')
  t.is((await ask(started.port, {path})).body, `its ${path}`, 'the one of / has no reload')
})
