import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {Agent, request as httpRequest} from 'node:http'
import type {IncomingMessage} from 'node:http'

import test from 'ava'
import {execa} from 'execa'
import {WebSocketServer} from 'ws'

import {ask} from '../kit/client.ts'
import {startUpstream} from '../kit/upstream.ts'
import {ok, startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

const bytes = Buffer.from(Array.from({length: 70_000}, (_, index) => (index * 7) % 256))
const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex')

test('fetch gets bytes as they are, over kept connections', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    response.writeHead(200, {'content-type': 'application/octet-stream', 'x-path': request.url})
    response.end(bytes)
  })
  const {origin} = await startSubject(t, application.port)
  for (const path of ['/first', '/second?q=%20', '/third']) {
    const response = await fetch(`http://${origin}${path}`)
    t.is(response.headers.get('x-path'), path)
    t.is(sha(Buffer.from(await response.arrayBuffer())), sha(bytes))
  }
})

test('fetch streams an upload', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    const hash = createHash('sha256')
    request.on('data', (chunk: Buffer) => hash.update(chunk))
    request.once('end', () => response.end(hash.digest('hex')))
  })
  const {origin} = await startSubject(t, application.port)
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 10_000) controller.enqueue(bytes.subarray(at, at + 10_000))
      controller.close()
    },
  })
  const response = await fetch(`http://${origin}/`, {method: 'POST', body, duplex: 'half'})
  t.is(await response.text(), sha(bytes))
})

test('a range is the application’s to answer', async (t) => {
  const multipart =
    '--b\r\nContent-Range: bytes 0-1/10\r\n\r\nab\r\n--b\r\nContent-Range: bytes 4-5/10\r\n\r\nef\r\n--b--\r\n'
  const application = await startUpstream(t, ({headers}, response) => {
    const {range = ''} = headers
    if (range.includes(',')) {
      response.writeHead(206, {'content-type': 'multipart/byteranges; boundary=b', 'content-length': multipart.length})
      response.end(multipart)
      return
    }
    response.writeHead(206, {'content-range': 'bytes 4-5/10', 'accept-ranges': 'bytes', etag: '"1"'})
    response.end(`${range} ${String(headers['if-range'])}`)
  })
  const {port} = await startSubject(t, application.port)
  const one = await ask(port, {headers: {range: 'bytes=4-5', 'if-range': '"1"'}})
  t.is(one.status, 206)
  t.is(one.body, 'bytes=4-5 "1"')
  t.is(one.headers['content-range'], 'bytes 4-5/10')
  t.is(one.headers.etag, '"1"')
  const two = await ask(port, {headers: {range: 'bytes=0-1,4-5'}})
  t.is(two.status, 206)
  t.is(two.headers['content-type'], 'multipart/byteranges; boundary=b')
  t.is(two.headers['content-length'], String(multipart.length))
  t.is(two.body, multipart)
})

test('curl: HEAD, ranges, OPTIONS of the server, HTTP/1.0, compressed answers', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    response.writeHead(200, {'x-saw': `${request.method} ${request.url} ${request.headers['accept-encoding'] ?? '-'}`})
    response.end('body')
  })
  const {port, host} = await startSubject(t, application.port)
  const curl = async (...options: string[]): Promise<string> =>
    (await execa('curl', ['-sSi', '--max-time', '30', '-H', `Host: ${host}`, ...options])).stdout
  const at = `http://127.0.0.1:${port}/page`
  t.regex(await curl('-I', at), /x-saw: HEAD \/page -\r\n/)
  t.regex(await curl('-X', 'OPTIONS', '--request-target', '*', at), /x-saw: OPTIONS \* -\r\n/)
  t.regex(await curl('--http1.0', at), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nbody$/)
  t.regex(await curl('-H', 'Accept-Encoding: br', at), /x-saw: GET \/page br\r\n/)
  t.regex(await curl('--http2', at), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nbody$/)
})

test('trailers pass both ways, to who takes them', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, {trailer: 'X-Sum', 'transfer-encoding': 'chunked'})
      response.write('body')
      response.addTrailers({'X-Sum': `${request.trailers['x-sum']} back`})
      response.end()
    })
  })
  const {port, host} = await startSubject(t, application.port)
  const outgoing = httpRequest({
    port,
    method: 'POST',
    headers: {host, trailer: 'X-Sum', 'transfer-encoding': 'chunked', te: 'trailers'},
    agent: false,
  })
  outgoing.write('body')
  outgoing.addTrailers({'X-Sum': 'there and'})
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  await response.resume().toArray()
  t.is(response.trailers['x-sum'], 'there and back')
})

test('a trailer cannot do what a header field may not', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port)
  const outgoing = httpRequest({port, method: 'POST', headers: {host, 'transfer-encoding': 'chunked'}, agent: false})
  outgoing.addTrailers({'X-Forwarded-For': '6.6.6.6', Host: 'evil.example', 'X-Sum': '1'})
  outgoing.end('body')
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  response.resume()
  t.deepEqual(application.requests[0]?.trailers, [['x-sum', '1']])
})

test('a WebSocket carries messages of all sizes both ways', async (t) => {
  const application = await startUpstream(t, () => undefined)
  const sockets = new WebSocketServer({server: application.server})
  sockets.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, {binary: isBinary})))
  const {origin} = await startSubject(t, application.port)
  const client = new WebSocket(`ws://${origin}/socket`)
  client.binaryType = 'arraybuffer'
  await once(client, 'open')
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) {
    client.send(Buffer.alloc(size, 7))
    const [{data}] = (await once(client, 'message')) as [{data: ArrayBuffer}]
    t.deepEqual(Buffer.from(data), Buffer.alloc(size, 7))
  }
  client.send('grüße')
  const [{data}] = (await once(client, 'message')) as [{data: string}]
  t.is(data, 'grüße')
  client.close(4000, 'enough')
  const [{code}] = (await once(client, 'close')) as [CloseEvent]
  t.is(code, 4000)
})

test('one request under way per connection, over one kept connection to the application', async (t) => {
  const application = await startRecorder(t)
  const {port} = await startSubject(t, application.port)
  const agent = new Agent({keepAlive: true, maxSockets: 1})
  t.teardown(() => agent.destroy())
  for (let count = 0; count < 50; count++) t.is((await ask(port, {agent})).body, ok.slice(-2))
  t.is(application.connections.length, 1)
  t.is(application.requests.length, 50)
  t.deepEqual(application.faults(), [])
})
