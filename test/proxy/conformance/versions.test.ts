import {once} from 'node:events'

import test from 'ava'

import {raw, rawConnection, readAll, until} from '../kit/client.ts'
import {startUpstream} from '../kit/upstream.ts'
import {readResponses, valuesOf} from './kit/messages.ts'
import {startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

test('HTTP/1.0 is answered with the end of the connection, unless it asks to keep it', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    response.write('begun ')
    response.end(request.url)
  })
  const {port, host} = await startSubject(t, application.port)
  const once10 = await raw(t, port, `GET /once HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
  const [answer] = readResponses(once10).messages
  t.is(answer?.body, 'begun /once')
  t.deepEqual(valuesOf(answer!, 'transfer-encoding'), [])
  t.deepEqual(valuesOf(answer!, 'connection'), ['close'])
})

test('HTTP/1.0 with keep-alive gets one answer after the other where their lengths are known', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    const body = String(request.url)
    response.writeHead(200, {'content-length': body.length})
    response.end(body)
  })
  const {port, host} = await startSubject(t, application.port)
  const ask = (path: string, connection: string): string =>
    `GET ${path} HTTP/1.0\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`
  const {messages} = readResponses(await raw(t, port, ask('/first', 'keep-alive') + ask('/second', 'close')))
  t.deepEqual(
    messages.map(({body}) => body),
    ['/first', '/second'],
  )
  t.deepEqual(valuesOf(messages[0]!, 'connection'), ['keep-alive'])
})

test('an HTTP/1.0 client that sends no Host learns that it is needed', async (t) => {
  const application = await startRecorder(t)
  const {port} = await startSubject(t, application.port)
  t.regex(await raw(t, port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 421 /)
  t.deepEqual(application.requests, [])
})

test('a dedicated port serves HTTP/1.0 without Host', async (t) => {
  const application = await startRecorder(t)
  const {proxy} = await startSubject(t, application.port)
  const free = await startUpstream(t, () => undefined)
  await free.close()
  await proxy.open({project: 'shop', environment: 'main', app: 'web', hosts: ['shop.localhost'], port: free.port})
  t.regex(await raw(t, free.port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /)
  t.is(application.requests.length, 1)
  t.deepEqual(application.faults(), [])
})

test('requests sent at once are answered in order, and reach the application one after the other', async (t) => {
  let under = 0
  let most = 0
  const application = await startUpstream(t, (request, response) => {
    most = Math.max(most, ++under)
    // The first ones take longest.
    setTimeout(
      () => {
        under--
        response.end(request.url)
      },
      20 - Number(request.url?.slice(1)),
    )
  })
  const {port, host} = await startSubject(t, application.port)
  const paths = Array.from({length: 20}, (_, index) => `/${index}`)
  const text = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`).join('')
  const client = rawConnection(t, port, text)
  client.end()
  const {messages} = readResponses(await readAll(client))
  t.deepEqual(
    messages.filter(({start}) => start === 'HTTP/1.1 200 OK').map(({body}) => body),
    paths,
  )
  t.is(most, 1)
})

test('a client that sends requests without end and reads no answer does not fill the memory', async (t) => {
  const application = await startUpstream(t, (_request, response) => void response.end(Buffer.alloc(64 * 1024)))
  const {port, host} = await startSubject(t, application.port)
  const client = rawConnection(t, port, '')
  const text = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(1000))
  client.pause()
  let sent = 0
  let stuckMs = performance.now()
  while (performance.now() - stuckMs < 500) {
    if (client.write(text)) {
      sent += text.length
      stuckMs = performance.now()
      if (sent > 64 * 1024 * 1024) break
      await new Promise(setImmediate)
    } else await Promise.race([once(client, 'drain'), new Promise((resolve) => setTimeout(resolve, 100))])
  }
  t.true(sent < 32 * 1024 * 1024, `${sent} bytes of requests were taken`)
})

test('what comes without end behind a fault is not read while the answer before it is awaited', async (t) => {
  const {promise: go, resolve: answer} = Promise.withResolvers<void>()
  const application = await startUpstream(t, (_request, response) => void go.then(() => response.end('late')))
  const {port, host} = await startSubject(t, application.port)
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\nhello\r\n\r\n`)
  const noise = Buffer.alloc(64 * 1024, 'x')
  for (let count = 0; count < 800; count++) {
    client.write(noise)
    await new Promise(setImmediate)
  }
  t.true(client.writableLength > 16 * 1024 * 1024, `${client.writableLength} bytes of 50 MB were not taken`)
  answer()
  const {messages} = readResponses(await readAll(client))
  t.deepEqual(
    messages.map(({start}) => start.slice(9, 12)),
    ['200', '400'],
  )
})

test('a client that ends its half after its request still gets the answer', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.once('end', () => setTimeout(() => response.end(`${request.method} ${body}`), 200))
  })
  const {port, host} = await startSubject(t, application.port)
  const get = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  get.end()
  const post = rawConnection(t, port, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\n\r\n`)
  post.end('body')
  const old = rawConnection(t, port, `GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
  old.end()
  t.is(readResponses(await readAll(get)).messages.at(-1)?.body, 'GET ')
  t.is(readResponses(await readAll(post)).messages.at(-1)?.body, 'POST body')
  t.is(readResponses(await readAll(old)).messages.at(-1)?.body, 'GET ')
})

test('a client that is gone before the answer has begun ends the request at the application', async (t) => {
  const {promise: closed, resolve} = Promise.withResolvers<void>()
  const application = await startUpstream(t, (_request, response) => void response.once('close', resolve))
  const {port, host, proxy} = await startSubject(t, application.port)
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await until(() => proxy.routes()[0]!.inFlight === 1)
  client.destroy()
  await closed
  await until(() => proxy.routes()[0]!.inFlight === 0)
  t.is(proxy.routes()[0]!.failed, 0)
})

test('a client that ends in the middle of its request is answered, and the application does not take it for whole', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port)
  for (const text of [
    `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhalf`,
    `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`,
    `GET / HTTP/1.1\r\nHost: ${host}\r\n`,
  ]) {
    const client = rawConnection(t, port, text)
    client.end()
    t.regex(await readAll(client), /^(?:HTTP\/1\.1 102 Processing\r\n\r\n)*HTTP\/1\.1 400 /)
  }
  t.deepEqual(application.requests, [])
  await until(() => application.connections.every(({socket}) => socket.closed))
})
