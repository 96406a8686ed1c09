import test from 'ava'

import {ask, raw} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'

const html = {accept: 'text/html'}

test('hosts are matched without regard to case, port and a trailing dot', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end('here'))
  await flip(upstream.target(1))
  for (const host of [shopHost, `${shopHost}:${port}`, 'SHOP.localhost', `Shop.Localhost.:${port}`])
    t.is((await ask(port, {host})).body, 'here', host)
  t.is((await ask(port, {host: 'shop.localhost.evil.example'})).status, 421)
})

test('both loopback addresses are served', async (t) => {
  const {proxy, port} = await startTestProxy(t)
  for (const address of proxy.addresses) t.is((await ask(port, {address, host: 'x.localhost'})).status, 404, address)
})

test('an unknown host gets the list of routes, as a page or as JSON', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end())
  await flip(upstream.target(1))
  const url = `http://${shopHost}:${port}`
  for (const host of ['other.localhost', 'localhost', '127.0.0.1', `[::1]:${port}`]) {
    const program = await ask(port, {host})
    t.is(program.status, 404)
    const {routes} = JSON.parse(program.body) as {routes: unknown}
    t.deepEqual(routes, [{id: 'shop/main/web', url, urls: [url], release: 'r1-aaaaaaa'}])
  }
  const page = await ask(port, {host: 'other.localhost', headers: html})
  t.is(page.status, 404)
  t.true(page.body.includes(`<a href="${url}">`))
})

test('a foreign name that was made to resolve here learns nothing', async (t) => {
  const {port} = await startTestProxy(t)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
  ]) {
    const answer = await ask(port, {host, headers: html})
    t.is(answer.status, 421, host)
    t.false(answer.body.includes('shop'), host)
  }
})

test('a dedicated port answers foreign names, and keeps the output of a failed build from them', async (t) => {
  const {proxy} = await startTestProxy(t, {holdMs: 5, holdPageMs: 5})
  const free = await startUpstream(t, () => undefined)
  await free.close()
  await proxy.open({...shop, hosts: [shopHost], port: free.port})
  proxy.announce(shop, {stage: 'build', release: 'r1-aaaaaaa', message: 'secret message', output: ['secret output']})
  const foreign = await ask(free.port, {host: 'evil.example', headers: html})
  t.is(foreign.status, 503)
  t.false(foreign.body.includes('secret'))
  const own = await ask(free.port, {host: `localhost:${free.port}`, headers: html})
  t.true(own.body.includes('secret output'))
})

const bad: [string, string, number][] = [
  ['a message that is not HTTP', 'hello\r\n\r\n', 400],
  ['a missing Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two Hosts', `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nHost: other.localhost\r\n\r\n`, 400],
  ['two lengths', `POST / HTTP/1.1\r\nHost: ${shopHost}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  [
    'a length beside chunks',
    `POST / HTTP/1.1\r\nHost: ${shopHost}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'another transfer coding',
    `POST / HTTP/1.1\r\nHost: ${shopHost}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    501,
  ],
  ['an absolute target', `GET http://other.example/ HTTP/1.1\r\nHost: ${shopHost}\r\n\r\n`, 400],
  ['CONNECT', `CONNECT other.example:443 HTTP/1.1\r\nHost: ${shopHost}\r\n\r\n`, 405],
  ['a head without end', `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
]
for (const [what, text, status] of bad) {
  test(`${what} is answered with ${status} and reaches no release`, async (t) => {
    const {port, flip} = await startTestProxy(t)
    let reached = 0
    const upstream = await startUpstream(t, (_request, response) => {
      reached++
      response.end()
    })
    await flip(upstream.target(1))
    t.regex(await raw(t, port, text), new RegExp(`^HTTP/1\\.1 ${status} `))
    t.is(reached, 0)
  })
}
