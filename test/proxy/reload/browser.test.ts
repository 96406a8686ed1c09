import ava from 'ava'
import type {ExecutionContext} from 'ava'
import {WebSocketServer} from 'ws'

import type {RouteManner} from '../../../src/lifecycle/ports.ts'
import {chromium, openTab} from '../kit/browser.ts'
import {until} from '../kit/client.ts'
import {shop, shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

const test = chromium === undefined ? ava.skip : ava.serial

const start = async (t: ExecutionContext, manner: RouteManner) => {
  const started = await startTestProxy(t, {}, manner)
  const tab = await openTab(t, chromium ?? '')
  let pages = 0
  const release = async (generation: number, csp?: string) => {
    const upstream = await startUpstream(t, (request, response) => {
      if (request.url === '/events') {
        response.writeHead(200, {'content-type': 'text/event-stream'})
        response.write(`id: ${generation}\ndata: ${generation} after ${String(request.headers['last-event-id'])}\n\n`)
      } else if (request.url === '/') {
        pages++
        if (csp !== undefined) response.setHeader('content-security-policy', csp)
        response.setHeader('content-type', 'text/html').end(`<!doctype html><title>release ${generation}</title>`)
      } else response.writeHead(404).end()
    })
    const sockets = new WebSocketServer({server: upstream.server})
    t.teardown(() => sockets.close())
    return upstream
  }
  return {
    ...started,
    tab,
    release,
    pages: () => pages,
    url: `http://${shopHost}:${started.port}/`,
    shows: async (title: string) => until(async () => (await tab.evaluate('document.title')) === title),
  }
}

test('a waiting page follows what goes on, and gives way to the application', async (t) => {
  const {proxy, tab, url, shows, release, flip, pages} = await start(t, {})
  await tab.go(url)
  await shows('shop: Waiting')
  proxy.announce(shop, {stage: 'build', release: 'r1-aaaaaaa', message: 'RUN npm ci', output: []})
  await shows('shop: Building')
  proxy.announce(shop, {stage: 'build', release: 'r1-aaaaaaa', message: 'no', output: ['<b>last'], failed: true})
  await shows('shop: build failed')
  t.is(await tab.evaluate('document.querySelector("#output").textContent'), '<b>last')
  await flip((await release(2)).target(2))
  await shows('release 2')
  t.is(pages(), 1)
})

for (const csp of [undefined, "default-src 'self'", "script-src 'nonce-a1'"])
  test(`a page loads again after a flip and a rollback, once each, under ${csp ?? 'no policy'}`, async (t) => {
    const {tab, url, shows, release, flip, pages} = await start(t, {reload: true})
    const [one, two] = [await release(1, csp), await release(2, csp)]
    await flip(one.target(1))
    await tab.go(url)
    await shows('release 1')
    await flip(two.target(2))
    await shows('release 2')
    await flip({...one.target(3), release: one.target(1).release})
    await shows('release 1')
    t.is(pages(), 3)
  })

test('a page that the browser had kept learns that it is old when it is gone back to', async (t) => {
  const {tab, url, shows, release, flip} = await start(t, {reload: true})
  await flip((await release(1)).target(1))
  await tab.go(url)
  await shows('release 1')
  await tab.go('about:blank')
  await flip((await release(2)).target(2))
  await tab.evaluate('history.back()')
  await t.notThrowsAsync(shows('release 2'))
})

test('an event stream and a WebSocket move to the new release', async (t) => {
  const {proxy, tab, url, shows, release, flip} = await start(t, {closes: ['websocket', 'events']})
  const one = await release(1)
  await flip(one.target(1))
  await tab.go(url)
  await shows('release 1')
  await tab.evaluate(`seen = []
    new EventSource('/events').onmessage = ({data}) => seen.push(data)
    socket = new WebSocket(location.href.replace('http', 'ws'))
    socket.onopen = () => seen.push('open')
    socket.onclose = ({code, wasClean}) => seen.push(code + ' ' + wasClean)`)
  const seen = async (count: number) => until(async () => (await tab.evaluate('seen.length')) === count)
  await seen(2)
  await flip((await release(2)).target(2))
  t.is((await proxy.drain(shop, one.target(1), 60_000, new AbortController().signal)).cut, 0)
  await seen(4)
  t.deepEqual(await tab.evaluate('seen.sort()'), ['1 after undefined', '1012 true', '2 after 1', 'open'])
})
