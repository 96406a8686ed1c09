import {request as httpRequest} from 'node:http'
import type {IncomingMessage} from 'node:http'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {ensureProxy} from '../../../src/proxy/client.ts'
import {maxSampleBytes, maxSamples, maxSamplesWaitingBytes} from '../../../src/proxy/limits.ts'
import type {Proxy} from '../../../src/proxy/proxy.ts'
import type {RecordedExchange, RecordWish} from '../../../src/proxy/recording/recorder.ts'
import {streamExchanges} from '../../../src/proxy/recording/stream.ts'
import {controlSocketPath} from '../../../src/proxy/settings.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {jsonLines} from '../../support/imm.ts'
import {ask, begin, keepAliveAgent, until} from '../kit/client.ts'
import {daemonPlace, statusOf} from '../kit/daemon.ts'
import {shop, shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

interface Kept extends Disposable {
  exchanges: RecordedExchange[]
  dropped: () => number
}

const wish: RecordWish = {route: 'shop/main', methods: ['GET', 'HEAD', 'OPTIONS'], every: 1}

const record = (
  t: ExecutionContext,
  proxy: Proxy,
  more: Partial<RecordWish> = {},
  waiting: () => number = () => 0,
): Kept => {
  const lines: object[] = []
  const recording = streamExchanges(proxy, {...wish, ...more}, (line) => lines.push(line), waiting)
  t.teardown(() => recording[Symbol.dispose]())
  return {
    exchanges: lines as RecordedExchange[],
    dropped: () =>
      (lines as {type: string; count?: number}[]).reduce(
        (sum, {type, count = 0}) => sum + (type === 'dropped' ? count : 0),
        0,
      ),
    [Symbol.dispose]: () => recording[Symbol.dispose](),
  }
}

const textOf = (base64: string | undefined) => base64 && Buffer.from(base64, 'base64').toString()

test('a request and its answer are kept as they passed', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    request
      .resume()
      .once('end', () => response.writeHead(201, 'Made', {'X-Own': 'a', 'set-cookie': ['b=c', 'd=e']}).end('12345'))
  })
  await flip(upstream.target(1))
  const kept = record(t, proxy, {methods: ['POST']})
  await ask(port, {method: 'POST', path: '/a/b?c=d', body: '1234567', headers: {'X-Mine': 'yes'}})
  await until(() => kept.exchanges.length > 0)
  const {time, waitMs, ms, requestHeaders, headers, requestBody, body, ...rest} = kept.exchanges[0]!
  t.deepEqual(rest, {
    type: 'exchange',
    ...shop,
    release: 'r1-aaaaaaa',
    method: 'POST',
    url: `http://${shopHost}/a/b?c=d`,
    protocol: 'HTTP/1.1',
    status: 201,
    reason: 'Made',
  })
  t.true(Math.abs(Date.parse(time) - Date.now()) < 10_000)
  t.true(waitMs > 0 && ms >= waitMs)
  t.is(requestHeaders[requestHeaders.indexOf('X-Mine') + 1], 'yes')
  t.deepEqual(headers.slice(0, 6), ['X-Own', 'a', 'set-cookie', 'b=c', 'set-cookie', 'd=e'])
  t.deepEqual([requestBody.bytes, textOf(requestBody.base64)], [7, '1234567'])
  t.deepEqual([body.bytes, textOf(body.base64)], [5, '12345'])
})

test('a connection that was served the short way is recorded from the next request on, and no more once nobody records', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  await flip((await startUpstream(t, (_request, response) => void response.end('12'))).target(1))
  const agent = keepAliveAgent(t, 1)
  await ask(port, {agent, path: '/before'})
  const kept = record(t, proxy)
  for (let index = 0; index < 3; index++) await ask(port, {agent, path: `/${index}`})
  await until(() => kept.exchanges.length === 3)
  kept[Symbol.dispose]()
  await ask(port, {agent, path: '/after'})
  await ask(port, {path: '/after'})
  t.deepEqual(
    kept.exchanges.map(({url}) => new URL(url).pathname),
    ['/0', '/1', '/2'],
  )
})

test('only what is wished for is kept: of a route, of a method, one of so many', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  await flip((await startUpstream(t, (_request, response) => void response.end('12'))).target(1))
  const [all, third, other] = [record(t, proxy), record(t, proxy, {every: 3}), record(t, proxy, {route: 'shop/ma'})]
  for (let index = 0; index < 7; index++) await ask(port, {path: `/${index}`})
  await ask(port, {method: 'POST', body: 'x'})
  await ask(port, {method: 'HEAD', path: '/7'})
  await until(() => all.exchanges.length === 8)
  t.deepEqual(
    third.exchanges.map(({url}) => new URL(url).pathname),
    ['/0', '/3', '/6'],
  )
  t.is(other.exchanges.length, 0)
  t.is(all.exchanges.at(-1)?.body.bytes, 0)
})

test('a route that is opened while somebody records is recorded, too', async (t) => {
  const {proxy, port} = await startTestProxy(t)
  const kept = record(t, proxy, {route: 'blog'})
  const blog = {project: 'blog', environment: 'main', app: 'web'}
  await proxy.open({...blog, hosts: ['blog.localhost'], port: undefined})
  const upstream = await startUpstream(t, (_request, response) => void response.end('12'))
  await proxy.flip(blog, {target: upstream.target(1), attempt: 'one'})
  await ask(port, {host: 'blog.localhost'})
  await until(() => kept.exchanges.length === 1)
  t.like(kept.exchanges[0], {project: 'blog', status: 200})
})

test('a long body is kept by its length alone; half an answer, one of the proxy’s own and a stream of events not at all', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t, {holdMs: 50})
  const kept = record(t, proxy)
  t.is((await ask(port)).status, 503)
  const upstream = await startUpstream(t, ({url}, response) => {
    if (url === '/half') response.write('begun', () => response.destroy())
    else if (url === '/events') response.writeHead(200, {'content-type': 'text/event-stream'}).write('data: 1\n\n')
    else response.end(Buffer.alloc(maxSampleBytes + 1))
  })
  await flip(upstream.target(1))
  await t.throwsAsync(ask(port, {path: '/half'}))
  for (let index = 0; index <= maxSamples; index++) {
    // Were they kept while they last, there would be no room for the next.
    const events = await begin(port, {path: '/events'})
    t.teardown(() => events.destroy())
  }
  await ask(port, {path: '/long'})
  await until(() => kept.exchanges.length > 0)
  t.is(kept.dropped(), 0)
  t.like(kept.exchanges, [{body: {bytes: maxSampleBytes + 1, base64: undefined}}])
})

test('what there is no room for is dropped and counted', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const waiting: (() => void)[] = []
  const upstream = await startUpstream(t, ({url}, response) => {
    if (url === '/wait') waiting.push(() => response.end())
    else response.end('12')
  })
  await flip(upstream.target(1))
  let waitingBytes = maxSamplesWaitingBytes + 1
  const kept = record(t, proxy, {}, () => waitingBytes)
  await ask(port)
  await ask(port)
  await until(() => kept.dropped() === 2)
  waitingBytes = 0
  const asked = Array.from({length: maxSamples + 3}, async () => ask(port, {path: '/wait'}))
  await until(() => waiting.length === maxSamples + 3)
  for (const answer of waiting) answer()
  await Promise.all(asked)
  await until(() => kept.dropped() === 5)
  t.is(kept.exchanges.filter(({type}) => type === 'exchange').length, maxSamples)
})

test.serial('a recorder that does not read keeps no request from its answer, and hears what it missed', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const traffic = proxyTraffic(proxy, {...shop, hosts: [shopHost], port: undefined})
  await traffic.open(place.signal)
  const long = Buffer.alloc(200 * 1024, 'x')
  await traffic.flip((await startUpstream(t, (_request, response) => void response.end(long))).target(1), place.signal)
  const {port} = await statusOf(proxy)
  const recording = await new Promise<IncomingMessage>((resolve, reject) => {
    const path = '/v1/record?route=shop%2Fmain&methods=GET&every=1'
    httpRequest({socketPath: controlSocketPath(place.paths), path, agent: false}, resolve)
      .once('error', reject)
      .end()
  })
  const requests = 120
  for (let index = 0; index < requests; index++) t.is((await ask(port)).body.length, long.length)
  let text = ''
  recording.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  const counts = () => {
    const lines = jsonLines(text.slice(0, text.lastIndexOf('\n') + 1))
    const kept = lines.filter(({type}) => type === 'exchange').length
    const dropped = lines.reduce((sum, {type, count}) => sum + (type === 'dropped' ? Number(count) : 0), 0)
    return {kept, dropped}
  }
  await until(() => counts().kept + counts().dropped === requests)
  t.true(counts().kept > 0 && counts().dropped > 0)
  recording.destroy()
})

test.serial('a wish that makes no sense is refused', async (t) => {
  const place = await daemonPlace(t)
  await ensureProxy(place)
  for (const query of ['methods=GET', 'route=shop&methods=get', 'route=shop&methods=GET&every=0']) {
    const status = await new Promise((resolve, reject) => {
      const socketPath = controlSocketPath(place.paths)
      httpRequest({socketPath, path: `/v1/record?${query}`, agent: false}, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
    t.is(status, 400, query)
  }
})
