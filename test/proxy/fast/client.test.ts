import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'

import test from 'ava'

import {headOf} from '../kit/both-paths.ts'
import {ask, begin, keepAliveAgent, raw, rawConnection, readAll, until} from '../kit/client.ts'
import {shop, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

const get = (path: string, ...fields: string[]): string => headOf(`GET ${path} HTTP/1.1`, ...fields)
const close = 'Connection: close'

/** The bodies of answers of a known length, in order. */
const bodiesOf = (text: string): string[] => text.split(/HTTP\/1\.1 200[^]*?\r\n\r\n/).slice(1)

test('requests that come at once are answered in order, one after the other', async (t) => {
  const {port, flip} = await startTestProxy(t)
  let underWay = 0
  let most = 0
  const upstream = await startUpstream(t, (request, response) => {
    most = Math.max(most, ++underWay)
    setTimeout(
      () => {
        underWay--
        response.end(request.url)
      },
      request.url === '/1' ? 50 : 0,
    )
  })
  await flip(upstream.target(1))
  const text = await raw(
    t,
    port,
    get('/1') + get('/2') + headOf('POST /3 HTTP/1.1', 'Content-Length: 2') + 'ab' + get('/4', close),
  )
  t.deepEqual(bodiesOf(text), ['/1', '/2', '/3', '/4'])
  t.is(most, 1)
})

test('what is not plain goes to Node, after the answers before it, and the connection stays usable', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => response.end(`${request.url} ${body}`))
  })
  await flip(upstream.target(1))
  const chunked = `${headOf('PUT /2 HTTP/1.1', 'Transfer-Encoding: chunked')}2\r\nab\r\n0\r\n\r\n`
  t.deepEqual(bodiesOf(await raw(t, port, get('/1') + chunked + get('/3', close))), ['/1 ', '/2 ab', '/3 '])
  const refused = await raw(t, port, `${get('/1')}rubbish\r\n\r\n`)
  t.regex(refused, /^HTTP\/1\.1 200[^]*\/1 HTTP\/1\.1 400 Bad Request/)
})

test('a connection that Node has taken over goes on to be served by the release that is live', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const [first, second] = await Promise.all(
    ['first', 'second'].map(async (name) => startUpstream(t, (_request, response) => void response.end(name))),
  )
  const socket = rawConnection(t, port, get('/held'))
  await flip(first!.target(1))
  await once(socket, 'data')
  await flip(second!.target(2))
  socket.write(get('/', close))
  t.deepEqual(bodiesOf(await readAll(socket)), ['second'])
})

test('a client that does not read its answers gets no further ones, and all of them once it reads', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const size = 1024 * 1024
  let served = 0
  const upstream = await startUpstream(t, (_request, response) => {
    served++
    response.end(Buffer.alloc(size))
  })
  await flip(upstream.target(1))
  const count = 60
  const socket = rawConnection(t, port, get('/').repeat(count - 1) + get('/', close))
  let before = -1
  while (before !== served) {
    before = served
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  t.true(served < count / 2, `${served} of ${count} sent to a client that does not read`)
  let bytes = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) bytes += chunk.length
  t.true(bytes > count * size)
  t.is(served, count)
})

test('a client that goes away ends its request, and nothing stays', async (t) => {
  const {proxy, port, flip, counts} = await startTestProxy(t)
  const seen: IncomingMessage[] = []
  const upstream = await startUpstream(t, (request, response) => {
    seen.push(request)
    if (request.url === '/2') response.writeHead(200, {'content-length': 5}).write('h')
  })
  const target = upstream.target(1)
  await flip(target)
  for (const path of ['/1', '/2']) {
    const socket = rawConnection(t, port, get(path))
    if (path === '/2') await once(socket, 'data')
    await until(() => seen.at(-1)?.url === path)
    socket.destroy()
    await until(() => proxy.routes()[0]!.inFlight === 0)
    await until(() => seen.at(-1)?.socket.destroyed === true)
  }
  t.like(counts(target), {requests: 2, failures: 0})
  t.is(proxy.routes()[0]!.failed, 0)
})

test('the end of a drain cuts what has no answer with a 503, what has half of one without more', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const {promise: half, resolve} = Promise.withResolvers<ServerResponse>()
  let asked = 0
  const upstream = await startUpstream(t, (request, response) => {
    asked++
    if (request.url === '/half') resolve(response.writeHead(200, {'content-length': 5}))
  })
  const next = await startUpstream(t, (_request, response) => void response.end('next'))
  const target = upstream.target(1)
  await flip(target)
  const silent = rawConnection(t, port, get('/silent'))
  const posted = rawConnection(t, port, headOf('POST /silent HTTP/1.1', 'Content-Length: 0'))
  const broken = rawConnection(t, port, get('/half'))
  ;(await half).write('h')
  await once(broken, 'data')
  await until(() => asked === 3)
  await flip(next.target(2))
  t.is((await proxy.drain(shop, target, 10, new AbortController().signal)).cut, 3)
  for (const socket of [silent, posted]) {
    const [head] = (await once(socket, 'data')) as [Buffer]
    t.regex(String(head), /^HTTP\/1\.1 503 [^]*was retired before it answered/)
  }
  t.is(await readAll(broken), '')
  t.is(asked, 3)
  t.is(proxy.routes()[0]!.inFlight, 0)
  // Its connection lives on.
  silent.write(get('/', close))
  t.deepEqual(bodiesOf(await readAll(silent)), ['next'])
})

test('a proxy that stops closes what is idle, and what is not after its answer', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const {promise: begun, resolve} = Promise.withResolvers<ServerResponse>()
  const upstream = await startUpstream(t, (request, response) => {
    if (request.url === '/slow') resolve(response)
    else response.end('quick')
  })
  await flip(upstream.target(1))
  const idle = rawConnection(t, port, get('/'))
  await once(idle, 'data')
  const busy = rawConnection(t, port, get('/slow'))
  const response = await begun
  await proxy.stopListening()
  t.is(await readAll(idle), '')
  response.end('slow')
  const text = await readAll(busy)
  t.deepEqual(bodiesOf(text), ['slow'])
  t.regex(text, /\r\nConnection: close\r\n/)
})

test('connections to the upstream are used again, and go with their release', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  let connections = 0
  const upstream = await startUpstream(t, (_request, response) => void response.end('ok'))
  let open = 0
  upstream.server.on('connection', (socket) => {
    connections++
    open++
    socket.once('close', () => open--)
  })
  const target = upstream.target(1)
  await flip(target)
  const agent = keepAliveAgent(t)
  for (let count = 0; count < 5; count++) t.is((await ask(port, {agent})).body, 'ok')
  t.is(connections, 1)
  t.is(open, 1)
  const next = await startUpstream(t, (_request, response) => void response.end('next'))
  await flip(next.target(2))
  await proxy.forget(shop, target)
  await until(() => open === 0)
  t.is((await ask(port, {agent})).body, 'next')
})

test('an upstream connection on which something came that nobody asked for is not used again', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => {
    response.end('ok')
    setImmediate(() => response.socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'))
  })
  await flip(upstream.target(1))
  const agent = keepAliveAgent(t)
  for (let count = 0; count < 5; count++) {
    t.is((await ask(port, {agent})).body, 'ok')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

test('a client that ends its half while it waits fares as with Node alone', async (t) => {
  const received: string[] = []
  for (const plainHttp1 of ['fast', 'node'] as const) {
    const {proxy, port, flip} = await startTestProxy(t, {}, {}, plainHttp1)
    const upstream = await startUpstream(t, (_request, response) => void setTimeout(() => response.end('late'), 100))
    await flip(upstream.target(1))
    const socket = rawConnection(t, port, get('/'))
    await until(() => proxy.routes()[0]!.inFlight === 1)
    socket.end()
    received.push((await readAll(socket)).replace(/Date: .*/, ''))
    await until(() => proxy.routes()[0]!.inFlight === 0)
  }
  t.is(received[0], received[1])
})

const bodyOf = (path: string): Buffer => Buffer.from(`${path}.`.repeat(1024 * 1024))

test('long answers to several clients at once, of which some are slow, are not mixed up', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    const body = bodyOf(request.url ?? '')
    if (request.url?.startsWith('/chunked')) response.write(body.subarray(0, 100_000))
    else response.setHeader('content-length', body.length)
    response.end(request.url?.startsWith('/chunked') ? body.subarray(100_000) : body)
  })
  await flip(upstream.target(1))
  const agent = keepAliveAgent(t)
  const read = async (path: string, isSlow: boolean): Promise<boolean> => {
    const answer = await begin(port, {path, agent})
    if (isSlow) await new Promise((resolve) => setTimeout(resolve, 300))
    return Buffer.concat(await answer.toArray()).equals(bodyOf(path))
  }
  const paths = ['/a', '/chunked-b', '/cc', '/chunked-dd', '/eee', '/chunked-fff']
  const whole = await Promise.all(paths.map(async (path, index) => read(path, index % 3 === 0)))
  t.deepEqual(
    whole,
    paths.map(() => true),
  )
})
