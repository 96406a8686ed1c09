import {request as httpRequest} from 'node:http'
import type {IncomingMessage} from 'node:http'

import test from 'ava'

import {rawConnection, readAll, until} from '../kit/client.ts'
import {startUpstream} from '../kit/upstream.ts'
import {readResponses} from './kit/messages.ts'
import {ok, startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

const starts = (received: string): string[] => readResponses(received).messages.map(({start}) => start)
const timedOut = 'HTTP/1.1 408 Request Timeout'

test('a head that comes byte by byte is given up, however steadily it comes', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port, {headMs: 300})
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\nX: `)
  const timer = setInterval(() => client.write('x'), 20)
  t.teardown(() => clearInterval(timer))
  t.deepEqual(starts(await readAll(client)), [timedOut])
  t.deepEqual(application.requests, [])
})

test('a second head that is slow is given up as the first is', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port, {headMs: 300})
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /second HTTP/1.1\r\nX: `)
  const timer = setInterval(() => client.write('x'), 20)
  t.teardown(() => clearInterval(timer))
  t.deepEqual(starts(await readAll(client)), ['HTTP/1.1 200 OK', timedOut])
  t.is(application.requests.length, 1)
})

test('a connection that says nothing is closed without a word', async (t) => {
  const application = await startRecorder(t)
  const {port} = await startSubject(t, application.port, {headMs: 100})
  t.is(await readAll(rawConnection(t, port, '')), '')
})

test('a long wait for the answer is no slow head', async (t) => {
  const application = await startRecorder(t, (_request, socket) => {
    setTimeout(() => socket.write(ok), 1200)
    return undefined
  })
  const {port, host} = await startSubject(t, application.port, {headMs: 400, uploadIdleMs: 400})
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  t.deepEqual(starts(await readAll(client)), ['HTTP/1.1 200 OK'])
})

test('an upload of which nothing comes any more is given up, and the application learns that it is not whole', async (t) => {
  const {promise: aborted, resolve} = Promise.withResolvers<boolean>()
  const application = await startUpstream(t, (request) => {
    request.resume().once('error', () => undefined)
    request.once('close', () => resolve(!request.complete))
  })
  const {port, host, proxy} = await startSubject(t, application.port, {uploadIdleMs: 200})
  const client = rawConnection(t, port, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhalf`)
  t.deepEqual(starts(await readAll(client)), [timedOut])
  t.true(await aborted)
  await until(() => proxy.routes()[0]!.inFlight === 0)
})

test('an upload that is only slow lives', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port, {headMs: 200, uploadIdleMs: 800})
  const client = rawConnection(
    t,
    port,
    `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 30\r\nConnection: close\r\n\r\n`,
  )
  let left = 30
  const timer = setInterval(() => {
    client.write('x')
    if (--left === 0) clearInterval(timer)
  }, 50)
  t.teardown(() => clearInterval(timer))
  t.deepEqual(starts(await readAll(client)), ['HTTP/1.1 200 OK'])
  t.is(application.requests[0]?.body, 'x'.repeat(30))
})

test('an application that does not read its upload is not the client’s fault', async (t) => {
  let reading: IncomingMessage | undefined
  const application = await startUpstream(t, (request, response) => {
    reading = request
    request.once('end', () => response.end('done'))
  })
  const {port, host} = await startSubject(t, application.port, {uploadIdleMs: 500})
  const outgoing = httpRequest({port, method: 'POST', headers: {host}, agent: false})
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject)
  })
  outgoing.end(Buffer.alloc(32 * 1024 * 1024))
  await until(() => reading !== undefined)
  // Longer than an upload may stand still.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  reading!.resume()
  t.is((await answered).resume().statusCode, 200)
})

test('an upload beside an answer that has begun may pause as long as it likes', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    response.flushHeaders()
    request.pipe(response)
  })
  const {port, host} = await startSubject(t, application.port, {uploadIdleMs: 500})
  const outgoing = httpRequest({port, method: 'POST', headers: {host}, agent: false})
  outgoing.write('first ')
  const response = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  outgoing.end('last')
  t.is((await response.setEncoding('utf8').toArray()).join(''), 'first last')
})

test('a head of an answer that comes byte by byte is waited for', async (t) => {
  const application = await startRecorder(t, (_request, socket) => {
    let at = 0
    const timer = setInterval(() => {
      socket.write(ok.slice(at, ++at))
      if (at === ok.length) clearInterval(timer)
    }, 20)
    return undefined
  })
  const {port, host} = await startSubject(t, application.port, {headMs: 400, uploadIdleMs: 400})
  const client = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  t.is(readResponses(await readAll(client)).messages[0]?.body, 'ok')
})
