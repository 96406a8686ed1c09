import {connect} from 'node:net'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {defaultHold} from '../../../src/proxy/limits.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import type {Proxy} from '../../../src/proxy/proxy.ts'
import {allTo} from '../../../src/proxy/split.ts'
import {ask, begin, until} from '../kit/client.ts'
import {shop, shopHost, temporaryDirectory} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import type {TestUpstream} from '../kit/upstream.ts'

const api = {...shop, app: 'api'}
const apiHost = 'api.shop.localhost'

interface Place {
  proxy: Proxy
  home: string
  /** environments that a request waited for */
  woken: string[]
  upstream: TestUpstream
  asked: () => number
  wake: (attempt?: string) => Promise<void>
  /** Ends the process, and starts the next. */
  again: () => Promise<Proxy>
}

const start = async (t: ExecutionContext): Promise<Place> => {
  const home = await temporaryDirectory(t)
  const woken: string[] = []
  let count = 0
  const upstream = await startUpstream(t, (request, response) => {
    count++
    response.end(request.url)
  })
  const open = async (): Promise<Proxy> => {
    const proxy = await createProxy({
      home,
      port: 0,
      log: () => undefined,
      hold: {...defaultHold, holdPageMs: 50},
      prove: async () => {
        throw new Error('what is asleep is not proved')
      },
      onWake: ({project, environment}) => void woken.push(`${project}/${environment}`),
    })
    t.teardown(async () => proxy[Symbol.asyncDispose]())
    return proxy
  }
  let proxy = await open()
  for (const [app, host] of [
    [shop, shopHost],
    [api, apiHost],
  ] as const) {
    await proxy.open({...app, hosts: [host], port: undefined})
    await proxy.split(app, {split: allTo(upstream.target(1)), attempt: app.app, fence: 'same'})
  }
  return {
    home,
    woken,
    upstream,
    asked: () => count,
    get proxy() {
      return proxy
    },
    async wake(attempt = 'awake') {
      for (const app of [shop, api])
        await proxy.split(app, {split: allTo(upstream.target(1)), attempt: attempt + app.app, fence: 'same'})
    },
    async again() {
      await proxy[Symbol.asyncDispose]()
      proxy = await open()
      return proxy
    },
  }
}

test('requests to what rests wait, wake it once, and are all answered by what had the traffic', async (t) => {
  const place = await start(t)
  const {proxy, woken} = place
  t.deepEqual(
    (await proxy.rest(shop, false))?.map(({app}) => app),
    ['web', 'api'],
  )
  t.like(proxy.state(shop), {asleep: true, live: undefined, generation: 1})
  const answers = Array.from({length: 20}, async (_, index) =>
    ask(proxy.port, {
      host: index % 2 === 0 ? shopHost : apiHost,
      path: `/${index}`,
      ...(index % 3 === 0 ? {method: 'POST', body: 'x'} : {}),
    }),
  )
  await until(() => proxy.routes().reduce((sum, {held}) => sum + held, 0) === 20)
  t.is(place.asked(), 0)
  t.deepEqual(woken, ['shop/main'])
  await place.wake()
  t.deepEqual(
    (await Promise.all(answers)).map(({status, body}) => `${status} ${body}`),
    Array.from({length: 20}, (_, index) => `200 /${index}`),
  )
  t.is(proxy.state(shop)?.asleep, undefined)
  t.deepEqual(woken, ['shop/main'])
  await proxy.rest(shop, false)
  const next = ask(proxy.port)
  await until(() => woken.length === 2)
  await place.wake('again')
  t.is((await next).status, 200)
})

test('what serves a request is not put to rest, unless somebody insists', async (t) => {
  const {proxy, woken} = await start(t)
  const gate = Promise.withResolvers<void>()
  const slow = await startUpstream(t, (_, response) => {
    response.write('half')
    void gate.promise.then(() => response.end())
  })
  await proxy.split(shop, {split: allTo(slow.target(2)), attempt: 'slow', fence: 'same'})
  const under = await begin(proxy.port)
  under.resume()
  t.is(await proxy.rest(shop, false), undefined)
  t.like(proxy.activity()[0], {busy: true, asleep: false, requests: 1})
  t.is(proxy.state(shop)?.asleep, undefined)
  t.truthy(await proxy.rest(shop, true))
  gate.resolve()
  await new Promise((resolve) => under.once('end', resolve))
  t.true(under.complete, 'it came to its end all the same')
  t.deepEqual(woken, [])
})

test('an open connection that nothing goes over counts as served', async (t) => {
  const {proxy} = await start(t)
  const held = await startUpstream(t, () => undefined)
  held.server.on('upgrade', (_, socket) => {
    socket
      .on('error', () => undefined)
      .on('end', () => socket.end())
      .resume()
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  })
  await proxy.split(shop, {split: allTo(held.target(2)), attempt: 'held', fence: 'same'})
  const socket = connect(proxy.port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(`GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  t.is(await proxy.rest(shop, false), undefined)
  socket.destroy()
  await until(() => proxy.activity().every(({busy}) => !busy))
  t.truthy(await proxy.rest(shop, false))
})

test('after the end of its process what rests still does: nothing is proved, and the next request wakes it', async (t) => {
  const place = await start(t)
  await place.proxy.rest(shop, false)
  const before = place.proxy.state(shop)
  const proxy = await place.again()
  t.deepEqual(proxy.state(shop), {...before, url: proxy.state(shop)?.url, urls: proxy.state(shop)?.urls})
  t.deepEqual(place.woken, [])
  const answer = ask(proxy.port)
  await until(() => place.woken.length === 1)
  await place.wake()
  t.is((await answer).status, 200)
})

test('a person is told that it is woken, and why it could not be; the next request wakes it again', async (t) => {
  const {proxy, woken} = await start(t)
  await proxy.rest(shop, false)
  const page = {headers: {accept: 'text/html', 'sec-fetch-mode': 'navigate'}}
  const waiting = await ask(proxy.port, page)
  t.is(waiting.status, 503)
  t.regex(waiting.body, /Waking/)
  const held = ask(proxy.port)
  await until(() => proxy.routes().some((route) => route.held === 1))
  proxy.notWoken(shop, 'the engine has <nothing> of it', ['last words'])
  const failed = await held
  t.is(failed.status, 503)
  t.like(JSON.parse(failed.body), {stage: 'wake', message: 'the engine has <nothing> of it'})
  t.deepEqual(woken, ['shop/main'])
  const next = ask(proxy.port)
  await until(() => woken.length === 2)
  proxy.notWoken(shop, 'again', [])
  await next
})

test('a route that a newer release gets meanwhile is awake, and the others are not', async (t) => {
  const {proxy, upstream, woken} = await start(t)
  await proxy.rest(shop, false)
  await proxy.flip(shop, {target: upstream.target(2), attempt: 'newer'})
  t.is((await ask(proxy.port)).status, 200)
  t.deepEqual(woken, [])
  t.true(proxy.state(api)?.asleep)
  await t.throwsAsync(proxy.split(shop, {split: allTo(upstream.target(1)), attempt: 'late', fence: 'same'}), {
    code: 'GENERATION_STALE',
  })
})

test('what never had the traffic, and an environment that is not there, have nothing to put to rest', async (t) => {
  const {proxy} = await start(t)
  const fresh = {project: 'shop', environment: 'fresh', app: 'web'}
  await proxy.open({...fresh, hosts: ['fresh.shop.localhost'], port: undefined})
  t.deepEqual(await proxy.rest(fresh, false), [])
  t.is(proxy.state(fresh)?.asleep, undefined)
  t.deepEqual(await proxy.rest({project: 'shop', environment: 'none'}, true), [])
})

test('what a proxy that lost its routes finds asleep is woken by who waits already, and by the next who comes', async (t) => {
  const {proxy, woken, upstream} = await start(t)
  const lost = {...shop, environment: 'x'}
  t.false(await proxy.foundAsleep(lost, [upstream.target(1)]))
  await proxy.open({...lost, hosts: ['x.shop.localhost'], port: undefined})
  const early = ask(proxy.port, {host: 'x.shop.localhost'})
  await until(() => proxy.state(lost) !== undefined && proxy.routes().some(({held}) => held === 1))
  // Nothing listens there any more.
  const gone = {...upstream.target(1), address: {host: '127.0.0.1', port: 1}}
  t.true(await proxy.foundAsleep(lost, [gone]))
  t.deepEqual(woken, ['shop/x'])
  t.like(proxy.state(lost), {asleep: true, generation: 1})
  await proxy.split(lost, {split: allTo(upstream.target(1)), attempt: 'awake', fence: 'same'})
  t.is((await early).status, 200)
})

test('what is live already is not found asleep', async (t) => {
  const {proxy, upstream} = await start(t)
  await t.throwsAsync(proxy.foundAsleep(shop, [upstream.target(1)]), {code: 'GENERATION_STALE'})
  t.is((await ask(proxy.port)).status, 200)
})
