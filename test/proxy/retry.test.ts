import {connect, createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'
import test from 'ava'
import {execa} from 'execa'

import {ask, until} from './kit/client.ts'
import {shop, startTestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

/** A server whose connections are handled by hand: `serve` gets each head and which request of its connection it is. */
const startBare = async (
  t: ExecutionContext,
  serve: (socket: Socket, head: string, nth: number) => void,
): Promise<number> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let nth = 0
    socket.on('error', () => undefined)
    socket.on('data', (data) => serve(socket, data.toString('latin1'), ++nth))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

test('a GET that meets a connection dying between two requests is sent again on another', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const seen: number[] = []
  const bare = await startBare(t, (socket, _head, nth) => {
    seen.push(nth)
    // What a server does whose keep-alive time ended just as the request left: reset, not a byte of an answer.
    if (nth === 1) socket.write(ok)
    else socket.resetAndDestroy()
  })
  await flip(targetAt(bare, 1))
  t.is((await ask(port)).body, 'ok')
  t.is((await ask(port)).body, 'ok')
  t.deepEqual(seen, [1, 2, 1])
  t.is(proxy.routes()[0]!.failed, 0)
})

test('a POST never uses a connection that could be dying, and is never sent twice', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const posts: number[] = []
  const bare = await startBare(t, (socket, head, nth) => {
    if (head.startsWith('POST')) {
      posts.push(nth)
      socket.resetAndDestroy()
    } else socket.write(ok)
  })
  await flip(targetAt(bare, 1))
  t.is((await ask(port)).status, 200)
  for (const body of ['', 'with a body']) {
    posts.length = 0
    const answer = await ask(port, {method: 'POST', body})
    t.is(answer.status, 502)
    t.is(answer.headers['x-imm-release'], 'r1-aaaaaaa')
    t.deepEqual(posts, [1])
  }
})

test('a GET that meets a container dying in the middle of it waits for the next one', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const next = await startUpstream(t, (_request, response) => void response.end('next'))
  let heads = 0
  const {promise: flipped, resolve} = Promise.withResolvers()
  const bare = await startBare(t, (socket) => {
    heads++
    if (heads === 1) return void socket.write(ok)
    // A kept connection first, then one that was accepted just before the end.
    if (heads === 3) setTimeout(() => resolve(flip(next.target(2))), 20)
    return void socket.resetAndDestroy()
  })
  await flip(targetAt(bare, 1))
  t.is((await ask(port)).body, 'ok')
  t.is((await ask(port)).body, 'next')
  t.is(heads, 3)
  await flipped
  t.is(proxy.routes()[0]!.failed, 0)
})

test('a GET is sent at most twice', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  let seen = 0
  const bare = await startBare(t, (socket) => {
    seen++
    socket.resetAndDestroy()
  })
  await flip(targetAt(bare, 1))
  const answer = await ask(port)
  t.is(answer.status, 502)
  t.is(seen, 2)
  t.is(proxy.routes()[0]!.failed, 1)
  const page = await ask(port, {headers: {accept: 'text/html'}})
  t.regex(page.body, /closed the connection without an answer/)
  t.notRegex(page.body, /http-equiv="refresh"/)
})

test('a retry goes to the release that is live by then', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const next = await startUpstream(t, (_request, response) => void response.end('next'))
  let flipped: Promise<unknown> | undefined
  const bare = await startBare(t, (socket) => {
    flipped = flip(next.target(2)).then(() => socket.resetAndDestroy())
  })
  await flip(targetAt(bare, 1))
  const answer = await ask(port)
  await flipped
  t.is(answer.body, 'next')
  t.is(answer.headers['x-imm-release'], 'r2-aaaaaaa')
})

test('a request that gets no connection to a container goes to the next one, as soon as there is one', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  // Its process sleeps: the kernel takes connections until the backlog is full, then it says nothing any more.
  const program = `const s = require('net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, () => {
    require('fs').writeSync(1, String(s.address().port)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
  const deaf = execa(process.execPath, ['-e', program], {reject: false})
  t.teardown(() => deaf.kill('SIGKILL'))
  const deafPort = Number(await new Promise((resolve) => deaf.stdout.once('data', resolve)))
  const filling = Array.from({length: 8}, () => connect(deafPort, '127.0.0.1').on('error', () => undefined))
  t.teardown(() => filling.forEach((socket) => socket.destroy()))
  await Promise.all(
    filling.slice(0, 2).map(async (socket) => new Promise((resolve) => socket.once('connect', resolve))),
  )
  const dead = targetAt(deafPort, 1)
  await flip(dead)
  const answer = ask(port)
  await until(() => proxy.routes()[0]!.inFlight === 1)
  const next = await startUpstream(t, (_request, response) => void response.end('next'))
  await flip(next.target(2))
  await proxy.forget(shop, dead)
  t.is((await answer).body, 'next')
  t.is(proxy.routes()[0]!.failed, 0)
})

test('once the answer has begun nothing is sent again', async (t) => {
  const {port, flip} = await startTestProxy(t)
  let seen = 0
  const bare = await startBare(t, (socket) => {
    seen++
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    setImmediate(() => socket.resetAndDestroy())
  })
  await flip(targetAt(bare, 1))
  await t.throwsAsync(ask(port), {code: 'ECONNRESET'})
  t.is(seen, 1)
})

test('an upstream that talks something else is a 502, not a hang', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const bare = await startBare(t, (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  await flip(targetAt(bare, 1))
  const answer = await ask(port, {method: 'POST', body: 'x'})
  t.is(answer.status, 502)
  t.deepEqual((JSON.parse(answer.body) as {error: string}).error, 'bad gateway')
})
