import {setTimeout as sleep} from 'node:timers/promises'

import test from 'ava'

import {ask, until} from '../kit/client.ts'
import {startUpstream, targetAt} from '../kit/upstream.ts'
import {api, partOf, releaseOf, startPair, web} from './kit.ts'

for (const path of ['fast', 'node'] as const) {
  test(`${path}: what a page asks for comes from the releases of its own set, until they are drained; all else from the live ones`, async (t) => {
    const {port, flip, page, asks, drain} = await startPair(t, path)
    await flip(1)
    const {answer, cookie} = await page()
    t.is(releaseOf(answer), 'r1-aaaaaaa')
    t.regex(answer.headers['set-cookie']![0]!, /^imm-set=\d+; Path=\/; SameSite=Lax; HttpOnly$/)
    await flip(2)
    const drained = drain(1, 300)
    t.is(await asks(cookie), 'r1-aaaaaaa')
    t.is(await asks(cookie, '/app.js'), 'r1-aaaaaaa')
    t.is(await asks(''), 'r2-aaaaaaa')
    t.is(await asks('imm-set=1'), 'r2-aaaaaaa')
    const next = await page({headers: {cookie}})
    t.is(releaseOf(next.answer), 'r2-aaaaaaa')
    t.not(next.cookie, cookie)
    t.is(await asks(next.cookie), 'r2-aaaaaaa')
    const frame = await ask(port, {
      headers: {cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe', accept: 'text/html'},
    })
    t.is(releaseOf(frame), 'r1-aaaaaaa', 'a frame is part of the page that has it')
    t.is(frame.headers['set-cookie'], undefined)
    for (const {drainMs, cut} of await drained) {
      t.is(cut, 0)
      t.true(drainMs >= 295 && drainMs < 2000)
    }
    t.is(await asks(cookie), 'r2-aaaaaaa')
  })
}

test('the application gets its own cookies and not the set’s', async (t) => {
  const {flip, page, port} = await startPair(t)
  await flip(1)
  const {cookie} = await page()
  const {body} = await ask(port, {path: '/api', headers: {cookie: `a=b; ${cookie}; c=d`}})
  t.is(body, 'a=b; c=d')
  t.is((await ask(port, {path: '/api', headers: {cookie}})).body, 'no cookie')
})

test('a client is told a set once', async (t) => {
  const {flip, page} = await startPair(t)
  await flip(1)
  const {cookie} = await page()
  t.is((await page({headers: {cookie: `other=1; ${cookie}`}})).answer.headers['set-cookie'], undefined)
  await flip(2)
  t.is((await page({headers: {cookie}})).answer.headers['set-cookie']?.length, 1)
})

test('a drain is held for pages alone: without any it ends at once, and never later than its deadline', async (t) => {
  const {flip, drain, page, asks} = await startPair(t)
  await flip(1)
  await flip(2)
  for (const {drainMs} of await drain(1, 60_000)) t.true(drainMs < 1000)
  const {cookie} = await page()
  await flip(3)
  const startMs = performance.now()
  const drained = drain(2, 400)
  const over = new AbortController()
  void drained.then(() => over.abort())
  while (!over.signal.aborted) {
    await asks(cookie)
    await sleep(10)
  }
  t.true(performance.now() - startMs < 2000)
  t.is(await asks(cookie), 'r3-aaaaaaa')
})

test('a page on its way holds the other apps’ drains, however long it takes', async (t) => {
  const pair = await startPair(t)
  await pair.flip(1)
  const held: (() => void)[] = []
  const front = await startUpstream(t, (_request, response) => void held.push(() => response.end('<html>')))
  await pair.proxy.flip(web, {target: front.target(2), attempt: 'slow'})
  const loading = pair.page()
  await until(() => held.length === 1)
  await pair.flip(3)
  const {signal} = new AbortController()
  const drained = pair.proxy.drain(api, pair.targets(1).api, 60_000, signal)
  let over = false
  void drained.then(() => (over = true))
  held[0]!()
  const {answer, cookie} = await loading
  t.is(releaseOf(answer), 'r2-aaaaaaa')
  t.is(await pair.asks(cookie), 'r1-aaaaaaa')
  t.false(over)
})

test('where one of a flip of several is stale nothing is flipped, and one that is not routed says so', async (t) => {
  const {proxy, flip, targets, asks} = await startPair(t)
  await flip(2)
  const parts = [partOf(web, targets(3).web), partOf(api, targets(1).api)]
  await t.throwsAsync(proxy.splitTogether({parts, attempt: 'x'}), {code: 'GENERATION_STALE'})
  t.is(await asks('', '/'), 'r2-aaaaaaa')
  t.is(proxy.state(web)?.generation, 2)
  const stranger = partOf({...web, app: 'stranger'}, targets(3).web)
  await t.throwsAsync(proxy.splitTogether({parts: [parts[0]!, stranger], attempt: 'y'}), {code: 'NOTHING_LIVE'})
  t.is(proxy.state(web)?.generation, 2)
})

test('the same flip asked twice is one', async (t) => {
  const {proxy, flip, targets} = await startPair(t)
  await flip(1)
  const request = {parts: [partOf(web, targets(2).web), partOf(api, targets(2).api)], attempt: 'once'}
  const first = await proxy.splitTogether(request)
  t.deepEqual(first.previous, [[targets(1).web], [targets(1).api]])
  t.deepEqual((await proxy.splitTogether(request)).previous, first.previous)
  t.is(proxy.state(web)?.previous.length, 1)
})

test('an app that is flipped alone begins a set, too', async (t) => {
  const {proxy, flip, page, asks, targets} = await startPair(t)
  await flip(1)
  const {cookie} = await page()
  await proxy.flip(api, {target: targets(2).api, attempt: 'api alone'})
  t.is(await asks(cookie), 'r1-aaaaaaa')
  const next = await page({headers: {cookie}})
  t.is(releaseOf(next.answer), 'r1-aaaaaaa')
  t.is(await asks(next.cookie), 'r2-aaaaaaa')
})

test('a release of the set that has died is the live one’s to answer for', async (t) => {
  const {proxy, flip, page, asks, targets} = await startPair(t)
  await proxy.open({
    ...api,
    hosts: [],
    routes: [{host: 'shop.localhost', path: '/api', strip: false}],
    port: undefined,
    together: 'all',
  })
  await flip(1)
  const dead = {...targetAt(1, 2), instance: 'dead'}
  await proxy.flip(api, {target: dead, attempt: 'dead'})
  const {cookie} = await page()
  await proxy.flip(api, {target: targets(3).api, attempt: 'next'})
  t.is(await asks(cookie), 'r3-aaaaaaa')
})

test('subdomains of one environment share the cookie; one alone, and another name, have it for themselves', async (t) => {
  const {proxy, port} = await startPair(t)
  const app = await startUpstream(t, (_request, response) => void response.end('<html>'))
  const open = async (name: string, environment: string, hosts: string[]): Promise<void> => {
    const id = {project: 'docs', environment, app: name}
    await proxy.open({...id, hosts, port: undefined, together: 'all'})
    await proxy.flip(id, {target: app.target(1), attempt: 'x'})
  }
  await open('web', 'login', ['web.login.docs.localhost', 'docs.example'])
  await open('api', 'login', ['api.login.docs.localhost'])
  await open('web', 'alone', ['alone.docs.localhost'])
  const attributesAt = async (host: string): Promise<string | undefined> => {
    const {headers} = await ask(port, {host, headers: {accept: 'text/html'}})
    return headers['set-cookie']?.[0]?.replace(/^imm-set=\d+; /, '')
  }
  const alone = 'Path=/; SameSite=Lax; HttpOnly'
  t.is(await attributesAt('web.login.docs.localhost'), `${alone}; Domain=login.docs.localhost`)
  t.is(await attributesAt('docs.example'), alone)
  t.is(await attributesAt('alone.docs.localhost'), alone)
})

test('of cookies of two environments each takes its own', async (t) => {
  const {flip, page, asks} = await startPair(t)
  await flip(1)
  const {cookie} = await page()
  await flip(2)
  t.is(await asks(`imm-set=17; ${cookie}`), 'r1-aaaaaaa')
  t.is(await asks(`${cookie}; imm-set=17`), 'r1-aaaaaaa')
})

test('20 flips together under load: no page load meets two releases, and none fails', async (t) => {
  t.timeout(60_000)
  const {proxy, port} = await startPair(t)
  const version = async (generation: number) =>
    startUpstream(t, (_request, response) => {
      response.setHeader('version', generation)
      setTimeout(() => response.end('here'), 5)
    })
  const {signal} = new AbortController()
  const drains: Promise<{cut: number}>[] = []
  const flip = async (generation: number): Promise<void> => {
    const [front, back] = [await version(generation), await version(generation)]
    const parts = [partOf(web, front.target(generation)), partOf(api, back.target(generation))]
    const {previous} = await proxy.splitTogether({parts, attempt: String(generation)})
    for (const [index, [target]] of previous.entries())
      if (target) drains.push(proxy.drain(index === 0 ? web : api, target, 2000, signal))
  }
  await flip(1)
  const loads: {versions: string[]; statuses: number[]; live: number}[] = []
  const over = new AbortController()
  const visitor = async (): Promise<void> => {
    let cookie = ''
    while (!over.signal.aborted) {
      const page = await ask(port, {headers: {accept: 'text/html', ...(cookie === '' ? {} : {cookie})}})
      cookie = page.headers['set-cookie']?.[0]?.split(';')[0] ?? cookie
      const answers = [page]
      for (let call = 0; call < 3; call++) answers.push(await ask(port, {path: `/api/${call}`, headers: {cookie}}))
      const versions = answers.map(({headers}) => String(headers['version']))
      loads.push({versions, statuses: answers.map(({status}) => status), live: proxy.state(web)?.generation ?? 0})
    }
  }
  const visitors = Array.from({length: 8}, visitor)
  for (let generation = 2; generation <= 21; generation++) {
    const atLeast = loads.length + 10
    await until(() => loads.length >= atLeast)
    await flip(generation)
  }
  over.abort()
  await Promise.all(visitors)
  t.deepEqual(
    loads.filter(({versions}) => new Set(versions).size > 1),
    [],
  )
  t.deepEqual([...new Set(loads.flatMap(({statuses}) => statuses))], [200])
  const across = loads.filter(({versions, live}) => Number(versions[3]) < live)
  t.log(`${loads.length} page loads, ${across.length} of them across a flip`)
  t.true(across.length > 20)
  for (const {cut} of await Promise.all(drains)) t.is(cut, 0)
  t.is(
    proxy.routes().reduce((sum, {failed}) => sum + failed, 0),
    0,
  )
})
