import {once} from 'node:events'
import {request as httpRequest} from 'node:http'
import type {IncomingMessage} from 'node:http'

import test from 'ava'

import {ask, until} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import type {TestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const held = ({proxy}: TestProxy): number => proxy.routes()[0]!.held
const html = {accept: 'text/html,application/xhtml+xml'}

test('requests wait while nothing is live, bodies unread, and go on with the flip', async (t) => {
  const started = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    void request.toArray().then((chunks) => response.end(Buffer.concat(chunks)))
  })
  const got = ask(started.port)
  const body = Buffer.alloc(1024 * 1024, 'x').toString()
  const posted = ask(started.port, {method: 'POST', body})
  await until(() => held(started) === 2)
  await started.flip(upstream.target(1))
  t.is(held(started), 0)
  t.is((await got).status, 200)
  t.is((await posted).body, body)
})

test('a request held while its upload is large holds the client back', async (t) => {
  const started = await startTestProxy(t)
  const outgoing = httpRequest({port: started.port, method: 'PUT', headers: {host: shopHost}, agent: false})
  t.teardown(() => outgoing.destroy())
  outgoing.on('error', () => undefined)
  const chunk = Buffer.alloc(1024 * 1024)
  let accepted = 0
  for (let index = 0; index < 32; index++) outgoing.write(chunk, () => accepted++)
  await until(() => held(started) === 1)
  await new Promise((resolve) => setTimeout(resolve, 200))
  t.true(accepted < 16, `${accepted} MB were read for a request that waits`)
})

test('after a suspension requests wait for the replacement, which may have the same generation', async (t) => {
  const started = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end('replaced'))
  await started.flip(targetAt(1, 3))
  await started.proxy.suspend(shop, 2)
  t.is(started.proxy.state(shop)?.live?.generation, 3)
  await started.proxy.suspend(shop, 3)
  t.is(started.proxy.state(shop)?.live, undefined)
  const answer = ask(started.port)
  await until(() => held(started) === 1)
  await t.throwsAsync(started.flip(upstream.target(2)), {code: 'GENERATION_STALE'})
  await started.flip(upstream.target(3))
  t.is((await answer).body, 'replaced')
})

test('a release that refuses connections is waited for: a flip or its return lets requests go on, POST too', async (t) => {
  const started = await startTestProxy(t)
  const first = await startUpstream(t, (_request, response) => void response.end('first'))
  await started.flip(first.target(1))
  await first.close()
  const posted = ask(started.port, {method: 'POST', body: 'kept'})
  await until(() => held(started) === 1)
  const second = await startUpstream(t, (request, response) => {
    void request.toArray().then((chunks) => response.end(`second ${String(Buffer.concat(chunks))}`))
  })
  await started.flip(second.target(2))
  t.is((await posted).body, 'second kept')

  await second.close()
  const waiting = ask(started.port)
  await until(() => held(started) === 1)
  await startUpstream(t, (_request, response) => void response.end('back'), second.port)
  t.is((await waiting).body, 'back')
})

test('a request refused by a release that has just lost the traffic goes to the one that has it', async (t) => {
  const started = await startTestProxy(t, {holdMs: 5000})
  const live = await startUpstream(t, (_request, response) => void response.end())
  const dead = await startUpstream(t, () => undefined)
  await dead.close()
  const statuses: number[] = []
  for (let round = 1; round <= 30; round++) {
    await started.flip(dead.target(round * 2))
    const asked = Array.from({length: 4}, async () => statuses.push((await ask(started.port, {method: 'POST'})).status))
    await until(() => started.proxy.routes()[0]!.requests > (round - 1) * 4)
    await started.flip(live.target(round * 2 + 1))
    await Promise.all(asked)
  }
  t.deepEqual([...new Set(statuses)], [200])
})

test('an upgrade waits as well', async (t) => {
  const started = await startTestProxy(t)
  const upstream = await startUpstream(t, () => undefined)
  upstream.server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  })
  const outgoing = httpRequest({
    port: started.port,
    headers: {host: shopHost, connection: 'Upgrade', upgrade: 'echo'},
    agent: false,
  })
  outgoing.end()
  const upgraded = once(outgoing, 'upgrade')
  await until(() => held(started) === 1)
  await started.flip(upstream.target(1))
  const [response] = (await upgraded) as [IncomingMessage]
  t.is(response.headers['x-imm-release'], 'r1-aaaaaaa')
})

test('the wait is bounded in time: programs get JSON, people a page that asks again', async (t) => {
  const started = await startTestProxy(t, {holdMs: 30, holdPageMs: 10})
  started.proxy.announce(shop, {
    stage: 'build',
    release: 'r4-1234567',
    message: '<script>alert(1)</script> & "so"',
    output: ['</pre><img src=x onerror=alert(1)>'],
  })
  const program = await ask(started.port)
  t.is(program.status, 503)
  t.is(program.headers['retry-after'], '1')
  t.deepEqual(JSON.parse(program.body), {
    error: 'unavailable',
    stage: 'build',
    release: 'r4-1234567',
    message: '<script>alert(1)</script> & "so"',
  })
  const page = await ask(started.port, {headers: html})
  t.is(page.status, 503)
  t.is(page.headers['retry-after'], '1')
  t.is(page.headers['cache-control'], 'no-store')
  t.regex(String(page.headers['content-security-policy']), /default-src 'none'/)
  t.regex(page.body, /http-equiv="refresh"/)
  t.regex(page.body, /Building r4-1234567/)
  t.regex(page.body, /&#60;script&#62;alert\(1\)/)
  t.notRegex(page.body, /<script>alert|<img|<\/pre>.*<\/pre>/s)
  t.is(started.proxy.routes()[0]!.failed, 2)
})

test('the wait is bounded in number', async (t) => {
  const started = await startTestProxy(t, {maxHeld: 2})
  const waiting = [ask(started.port), ask(started.port)]
  await until(() => held(started) === 2)
  t.is((await ask(started.port)).status, 503)
  const upstream = await startUpstream(t, (_request, response) => void response.end('here'))
  await started.flip(upstream.target(1))
  t.deepEqual(
    (await Promise.all(waiting)).map(({body}) => body),
    ['here', 'here'],
  )
})

test('a client that gives up leaves its place', async (t) => {
  const started = await startTestProxy(t, {maxHeld: 1})
  const given = new AbortController()
  const waiting = ask(started.port, {signal: given.signal})
  await until(() => held(started) === 1)
  given.abort()
  await t.throwsAsync(waiting, {name: 'AbortError'})
  await until(() => held(started) === 0)
  let served = 0
  const upstream = await startUpstream(t, (_request, response) => {
    served++
    response.end()
  })
  await started.flip(upstream.target(1))
  t.is((await ask(started.port)).status, 200)
  t.is(served, 1)
})

test('requests that wait on a route that is closed are answered', async (t) => {
  const started = await startTestProxy(t)
  const waiting = ask(started.port)
  await until(() => held(started) === 1)
  await started.proxy.close(shop)
  t.is((await waiting).status, 503)
  t.is((await ask(started.port)).status, 404)
})

test('the wait is bounded in bytes: heads, and what is read ahead of bodies', async (t) => {
  const started = await startTestProxy(t, {maxHeldBytes: 135 * 1024})
  const chunked = httpRequest({port: started.port, method: 'POST', headers: {host: shopHost}, agent: false})
  t.teardown(() => chunked.destroy())
  chunked.on('error', () => undefined).write('begun')
  await until(() => held(started) === 1)
  const small = ask(started.port, {method: 'POST', body: 'a few bytes'})
  await until(() => held(started) === 2)
  const refused = await ask(started.port, {headers: {'x-large': 'x'.repeat(12 * 1024)}})
  t.is(refused.status, 503)
  t.is(refused.headers['retry-after'], '1')
  chunked.destroy()
  await until(() => held(started) === 1)
  const fits = ask(started.port, {headers: {'x-large': 'x'.repeat(12 * 1024)}})
  await until(() => held(started) === 2)
  const upstream = await startUpstream(t, (_request, response) => void response.end('here'))
  await started.flip(upstream.target(1))
  t.deepEqual([(await small).body, (await fits).body], ['here', 'here'])
})

test('a form that waits in vain gets a page that never sends it again', async (t) => {
  const started = await startTestProxy(t, {holdMs: 30, holdPageMs: 30})
  const answer = await ask(started.port, {method: 'POST', body: 'a=1', headers: html})
  t.is(answer.status, 503)
  t.regex(String(answer.headers['content-type']), /^text\/html/)
  t.regex(answer.body, /was not passed on/)
  t.notRegex(answer.body, /<script|http-equiv="refresh"/)
})

test('what a page’s script fetches waits as long as a program, though it would take HTML', async (t) => {
  const started = await startTestProxy(t, {holdMs: 10_000, holdPageMs: 1})
  const upstream = await startUpstream(t, (_request, response) => void response.end('here'))
  const waiting = ask(started.port, {headers: {...html, 'sec-fetch-dest': 'empty'}})
  await until(() => held(started) === 1)
  await started.flip(upstream.target(1))
  t.is((await waiting).body, 'here')
})
