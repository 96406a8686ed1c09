import {once} from 'node:events'
import {request as httpRequest} from 'node:http'
import type {IncomingMessage, ServerResponse} from 'node:http'

import test from 'ava'

import {ask, begin, raw, rawConnection, readAll, until} from './kit/client.ts'
import {shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'

const readBody = async (message: IncomingMessage): Promise<string> =>
  Buffer.concat(await message.toArray()).toString('latin1')

const headOf = (method: string, path: string, close: string): string =>
  `${method} ${path} HTTP/1.1\r\nHost: ${shopHost}\r\n${close}\r\n`

test('method, path, query, body, status and reason arrive as they were sent', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.statusMessage = 'Short And Stout'
    void readBody(request).then((body) =>
      response.writeHead(418, {'x-seen': `${request.method} ${request.url} ${body}`}).end(),
    )
  })
  await flip(upstream.target(1))
  const answer = await begin(port, {method: 'PATCH', path: '/a%20b?c=d&e', body: 'the body'})
  t.is(answer.statusCode, 418)
  t.is(answer.statusMessage, 'Short And Stout')
  t.is(answer.headers['x-seen'], 'PATCH /a%20b?c=d&e the body')
  answer.resume()
})

test('the upstream learns who asked, and no lie of the client about it', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => void response.end(JSON.stringify(request.headers)))
  await flip(upstream.target(1))
  const headers = {
    'x-forwarded-for': '6.6.6.6',
    'X-Forwarded-Proto': 'https',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-port': '1',
    forwarded: 'for=6.6.6.6',
  }
  const seen = JSON.parse((await ask(port, {host: `${shopHost}:${port}`, headers})).body) as Record<string, string>
  t.is(seen['host'], `${shopHost}:${port}`)
  t.is(seen['x-forwarded-for'], '127.0.0.1')
  t.is(seen['x-forwarded-proto'], 'http')
  t.is(seen['x-forwarded-host'], `${shopHost}:${port}`)
  t.is(seen['x-forwarded-port'], undefined)
  t.is(seen['forwarded'], undefined)
  t.truthy(seen['x-request-id'])
  const other = JSON.parse((await ask(port)).body) as Record<string, string>
  t.not(other['x-request-id'], seen['x-request-id'])
  const named = JSON.parse((await ask(port, {headers: {'x-request-id': 'mine'}})).body) as Record<string, string>
  t.is(named['x-request-id'], 'mine')
})

test('fields of one connection stay on it, in both directions', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.writeHead(200, [
      ['Connection', 'X-Private-Back'],
      ['X-Private-Back', '1'],
      ['Keep-Alive', 'timeout=1'],
      ['Proxy-Connection', 'close'],
      ['X-Imm-Release', 'forged'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    response.end(JSON.stringify(request.headers))
  })
  await flip(upstream.target(1))
  const {body, headers} = await ask(port, {
    headers: {
      connection: 'close, X-Private, Host',
      'x-private': '1',
      'proxy-connection': 'close',
      te: 'trailers, gzip',
    },
  })
  const seen = JSON.parse(body) as Record<string, string>
  t.is(seen['x-private'], undefined)
  t.is(seen['proxy-connection'], undefined)
  t.is(seen['te'], 'trailers')
  t.is(seen['host'], shopHost)
  t.is(headers['x-private-back'], undefined)
  t.is(headers['proxy-connection'], undefined)
  t.not(headers['keep-alive'], 'timeout=1')
  t.is(headers['x-imm-release'], 'r1-aaaaaaa')
  t.deepEqual(headers['set-cookie'], ['a=1', 'b=2'])
})

test('an upload is streamed, chunk by chunk, with its trailers', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const {promise: seen, resolve} = Promise.withResolvers<IncomingMessage>()
  const upstream = await startUpstream(t, (request, response) => {
    resolve(request)
    request.once('end', () => response.end(`${request.headers['transfer-encoding']} ${request.trailers['x-sum']}`))
  })
  await flip(upstream.target(1))
  const outgoing = httpRequest({port, method: 'POST', headers: {host: shopHost, trailer: 'x-sum'}, agent: false})
  outgoing.write('first')
  const request = await seen
  t.is(String((await once(request, 'data'))[0]), 'first')
  outgoing.write('second')
  t.is(String((await once(request, 'data'))[0]), 'second')
  outgoing.addTrailers({'x-sum': '42'})
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  t.is(await readBody(response), 'chunked 42')
})

test('an answer is streamed: its head at once, each event when it is sent, its trailers at the end', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const {promise: stream, resolve} = Promise.withResolvers<ServerResponse>()
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(200, {'content-type': 'text/event-stream', trailer: 'x-sum'})
    response.flushHeaders()
    resolve(response)
  })
  await flip(upstream.target(1))
  const answer = await begin(port)
  t.is(answer.headers['content-type'], 'text/event-stream')
  const response = await stream
  for (const event of ['data: one\n\n', 'data: two\n\n']) {
    response.write(event)
    t.is(String((await once(answer, 'data'))[0]), event)
  }
  response.addTrailers({'x-sum': '42'})
  response.end()
  await once(answer, 'end')
  t.is(answer.trailers['x-sum'], '42')
})

test('a slow reader holds the upstream back instead of filling memory', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const size = 64 * 1024 * 1024
  let written = 0
  const upstream = await startUpstream(t, (_request, response) => {
    const chunk = Buffer.alloc(64 * 1024)
    const write = (): void => {
      while (written < size) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', write)
      }
      response.end()
    }
    write()
  })
  await flip(upstream.target(1))
  const answer = await begin(port)
  // Not reading: what is written settles at what the buffers in between take.
  let before = -1
  while (before !== written) {
    before = written
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  t.true(written < size / 2, `${written} bytes written to a reader that does not read`)
  let read = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) read += chunk.length
  t.is(read, size)
})

test('HEAD, 204 and 304 have no body and leave the connection usable', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    const status = Number(request.url?.slice(1))
    response.writeHead(status, status === 200 ? {'content-length': 5} : {etag: '"x"'})
    response.end(request.method === 'GET' && status === 200 ? 'hello' : undefined)
  })
  await flip(upstream.target(1))
  const text = await raw(
    t,
    port,
    headOf('HEAD', '/200', '') +
      headOf('GET', '/204', '') +
      headOf('GET', '/304', '') +
      headOf('GET', '/200', 'Connection: close\r\n'),
  )
  const statuses = text.match(/HTTP\/1\.1 \d+/g)
  t.deepEqual(statuses, ['HTTP/1.1 200', 'HTTP/1.1 204', 'HTTP/1.1 304', 'HTTP/1.1 200'])
  t.is(text.match(/content-length: 5/gi)?.length, 2)
  t.true(text.endsWith('\r\n\r\nhello'))
})

test('an HTTP/1.0 client gets a body without chunks and without trailers', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(200, {trailer: 'x-sum'})
    response.write('one ')
    response.addTrailers({'x-sum': '1'})
    response.end('two')
  })
  await flip(upstream.target(1))
  const text = await raw(t, port, `GET / HTTP/1.0\r\nHost: ${shopHost}\r\n\r\n`)
  t.true(text.endsWith('\r\n\r\none two'))
  t.notRegex(text, /chunked|trailer/i)
})

test('a client that asks first is told by the upstream whether to send its body', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    void readBody(request).then((body) => response.end(body))
  })
  await flip(upstream.target(1))
  const expecting = (path: string) =>
    httpRequest({
      port,
      path,
      method: 'POST',
      headers: {host: shopHost, expect: '100-continue', 'content-length': 4},
      agent: false,
    })
  const welcome = expecting('/')
  welcome.flushHeaders()
  await once(welcome, 'continue')
  welcome.end('body')
  const [answer] = (await once(welcome, 'response')) as [IncomingMessage]
  t.is(await readBody(answer), 'body')

  upstream.server.on('checkContinue', (_request, response: ServerResponse) => {
    response.writeHead(413, {connection: 'close'})
    response.end('too large')
  })
  const refused = expecting('/')
  let continued = false
  refused.on('continue', () => (continued = true))
  refused.flushHeaders()
  const [refusal] = (await once(refused, 'response')) as [IncomingMessage]
  refused.on('error', () => undefined)
  refused.destroy()
  t.is(refusal.statusCode, 413)
  t.false(continued)
})

test('an answer before the end of the upload arrives, and the upload does not hang', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(413)
    response.end('too large')
  })
  await flip(upstream.target(1))
  const answer = await ask(port, {method: 'POST', body: Buffer.alloc(8 * 1024 * 1024)})
  t.is(answer.status, 413)
  t.is(answer.body, 'too large')
})

test('a client that goes away ends the request at the upstream', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const {promise: aborted, resolve} = Promise.withResolvers<string>()
  const upstream = await startUpstream(t, (request, response) => {
    response.once('close', () => resolve(request.url ?? ''))
    if (request.url === '/stream') response.write('begun')
  })
  await flip(upstream.target(1))
  const stream = await begin(port, {path: '/stream'})
  stream.destroy()
  t.is(await aborted, '/stream')
  await until(() => proxy.routes()[0]!.inFlight === 0)
  t.is(proxy.routes()[0]!.failed, 0)
})

test('an answer that the upstream breaks off does not look whole', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    if (request.url === '/length') response.setHeader('content-length', 100)
    response.write('half')
    setImmediate(() => response.destroy())
  })
  await flip(upstream.target(1))
  await t.throwsAsync(ask(port, {path: '/chunked'}), {code: 'ECONNRESET'})
  await t.throwsAsync(ask(port, {path: '/length'}), {code: 'ECONNRESET'})
  t.is(proxy.routes()[0]!.failed, 2)
})

test('either side of an upgraded connection may end its half first', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, () => undefined)
  upstream.server.on('upgrade', (request, socket, head) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`,
    )
    socket.write(head)
    socket.on('data', (chunk) => socket.write(chunk))
    socket.on('end', () => socket.end(' and out'))
  })
  await flip(upstream.target(1))
  const upgrade = `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly`
  const socket = rawConnection(t, port, upgrade)
  socket.end(' late')
  const text = await readAll(socket)
  t.regex(text, /^HTTP\/1\.1 101 /)
  t.regex(text, /x-imm-release: r1-aaaaaaa/)
  t.true(text.endsWith('\r\n\r\nearly late and out'))
  await until(() => proxy.routes()[0]!.inFlight === 0)
})

test('an upgrade that the upstream declines is answered as any request', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, () => undefined)
  upstream.server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno')
  })
  await flip(upstream.target(1))
  const text = await raw(
    t,
    port,
    `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  )
  t.regex(text, /^HTTP\/1\.1 401 Unauthorized\r\n/)
  t.regex(text, /\r\n\r\nno$/)
})

test('an offer of h2c is answered in HTTP/1.1', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => void response.end(String(request.headers.upgrade)))
  await flip(upstream.target(1))
  const {body} = await ask(port, {
    headers: {connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA'},
  })
  t.is(body, 'undefined')
})

test('an empty POST stays one of length zero', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(
    t,
    ({headers}, response) => void response.end(`${headers['content-length']} ${headers['transfer-encoding']}`),
  )
  await flip(upstream.target(1))
  t.regex(await raw(t, port, `POST / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: close\r\n\r\n`), /0 undefined$/)
})
