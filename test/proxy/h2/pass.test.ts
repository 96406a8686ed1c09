import {once} from 'node:events'
import type {IncomingMessage} from 'node:http'
import {connect} from 'node:net'

import test from 'ava'

import {ask, until} from '../kit/client.ts'
import {shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {answerOn, askStream, openSession, openStream} from './kit.ts'

test('a request by prior knowledge arrives as HTTP/1.1 and its answer comes back', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    void request
      .toArray()
      .then((chunks) =>
        response
          .writeHead(418, {'x-seen': `${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`})
          .end(JSON.stringify(request.headers)),
      )
  })
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const answer = await askStream(
    session,
    {':method': 'PATCH', ':path': '/a%20b?c=d&e', te: 'trailers', cookie: ['a=1', 'imm-release=0.5', 'b=2']},
    'the body',
  )
  t.is(answer.status, 418)
  t.is(answer.headers['x-seen'], 'PATCH /a%20b?c=d&e the body')
  t.is(answer.headers['x-imm-release'], 'r1-aaaaaaa')
  t.is(answer.headers['transfer-encoding'], undefined)
  t.is(answer.headers['connection'], undefined)
  const seen = JSON.parse(answer.body) as Record<string, string>
  t.is(seen['host'], shopHost)
  t.is(seen['x-forwarded-for'], '127.0.0.1')
  t.is(seen['x-forwarded-proto'], 'http')
  t.is(seen['x-forwarded-host'], shopHost)
  t.is(seen['te'], 'trailers')
  t.is(seen['cookie'], 'a=1; b=2')
  t.deepEqual(
    Object.keys(seen).filter((name) => name.startsWith(':')),
    [],
  )
  t.is((await askStream(session)).status, 418)
})

test('the same port speaks both, also to a preface that comes byte by byte', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => void response.end(request.method))
  await flip(upstream.target(1))
  t.is((await ask(port, {method: 'PUT'})).body, 'PUT')
  t.is((await askStream(openSession(t, port), {':method': 'POST'}, 'x')).body, 'POST')
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  t.teardown(() => socket.destroy())
  const bytes = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')
  for (const byte of bytes) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
  const [settings] = (await once(socket, 'data')) as [Buffer]
  t.is(settings[3], 4)
  const other = connect(port, '127.0.0.1').setNoDelay(true)
  t.teardown(() => other.destroy())
  for (const piece of ['P', 'RI', ' / HTTP/1.1\r\n', `Host: ${shopHost}\r\n\r\n`])
    await new Promise((resolve) => other.write(piece, resolve))
  t.regex(String((await once(other, 'data'))[0]), /^HTTP\/1\.1 400 /)
})

test('trailers pass in both directions', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, {trailer: 'x-back'})
      response.write('body')
      response.addTrailers({'x-back': `got ${request.trailers['x-sum']}`})
      response.end()
    })
  })
  await flip(upstream.target(1))
  const stream = openStream(openSession(t, port), {':method': 'POST'}, {waitForTrailers: true})
  stream.once('wantTrailers', () => stream.sendTrailers({'x-sum': '7'}))
  stream.end('data')
  const answer = await answerOn(stream)
  t.is(answer.body, 'body')
  t.is(answer.trailers['x-back'], 'got 7')
})

test('HEAD, 204 and 304 end without a body', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, ({url, method}, response) => {
    response.writeHead(Number(url?.slice(1)), method === 'HEAD' ? {'content-length': '7', 'x-head': '1'} : {}).end()
  })
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const head = await askStream(session, {':method': 'HEAD', ':path': '/200'})
  t.is(head.headers['content-length'], '7')
  t.is(head.code, 0)
  for (const status of [204, 304]) {
    const answer = await askStream(session, {':path': `/${status}`})
    t.deepEqual([answer.status, answer.body, answer.code], [status, '', 0])
  }
})

test('interim answers pass: 100 when the application wants the body, 103 with its links', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.writeEarlyHints({link: '</style.css>; rel=preload'}, () => response.end())
    request.resume()
  })
  upstream.server.on('checkContinue', (request: IncomingMessage, response) => {
    response.writeContinue()
    void request.toArray().then((chunks) => response.end(String(chunks)))
  })
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const hinted = openStream(session)
  const interim: unknown[] = []
  hinted.on('headers', (headers) => interim.push(headers))
  t.is((await answerOn(hinted)).status, 200)
  t.like(interim, [{':status': 103, link: '</style.css>; rel=preload'}])
  const careful = openStream(session, {':method': 'POST', expect: '100-continue'}, {endStream: false})
  careful.once('continue', () => careful.end('now'))
  t.is((await answerOn(careful)).body, 'now')
})

test('a client that resets its stream ends the request to the application', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const {promise: seen, resolve} = Promise.withResolvers<IncomingMessage>()
  const upstream = await startUpstream(t, (request) => resolve(request))
  await flip(upstream.target(1))
  // Without trailers to wait for, Node's client would end its body before it resets the stream.
  const stream = openStream(openSession(t, port), {':method': 'POST'}, {endStream: false, waitForTrailers: true})
  stream.write('half')
  const request = await seen
  request.on('error', () => undefined).resume()
  stream.close(8)
  await new Promise((done) => request.once('close', done))
  t.false(request.complete)
})

test('half an answer resets the stream, and the others of the connection go on', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const upstream = await startUpstream(t, ({url}, response) => {
    if (url === '/') response.end('whole')
    else response.writeHead(200, {'content-length': '10'}).write('half', () => response.destroy())
  })
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const broken = await askStream(session, {':path': '/broken'})
  t.is(broken.body, 'half')
  t.is(broken.code, 2)
  t.is((await askStream(session)).body, 'whole')
  t.is(counts(upstream.target(1))?.failures, 1)
})

test('an answer that comes before the body was read gets to the client', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(413, {connection: 'close'}).end('too much')
  })
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const answer = await askStream(session, {':method': 'POST'}, Buffer.alloc(8 * 1024 * 1024))
  t.deepEqual([answer.status, answer.body], [413, 'too much'])
  t.is((await askStream(session, {':method': 'POST'}, 'x')).status, 413)
})

test('what a client does not read is not read from the application', async (t) => {
  const {port, flip} = await startTestProxy(t)
  let written = 0
  const chunk = Buffer.alloc(64 * 1024)
  const upstream = await startUpstream(t, (_request, response) => {
    const pump = (): void => {
      while (!response.destroyed) {
        written += chunk.length
        if (!response.write(chunk)) break
      }
      response.once('drain', pump)
    }
    pump()
  })
  await flip(upstream.target(1))
  const stream = openStream(openSession(t, port))
  await once(stream, 'response')
  let last = -1
  await until(async () => {
    const isStill = last === written
    last = written
    await new Promise((resolve) => setTimeout(resolve, 100))
    return isStill && written > 0
  })
  t.true(written < 16 * 1024 * 1024, `${written} bytes`)
})

test('what an application does not read is not read from the client', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request) => request.pause())
  await flip(upstream.target(1))
  const stream = openStream(openSession(t, port), {':method': 'POST'}, {endStream: false})
  let taken = 0
  const chunk = Buffer.alloc(64 * 1024)
  const pump = (): void => {
    if (stream.destroyed) return
    stream.write(chunk, () => {
      taken += chunk.length
      pump()
    })
  }
  pump()
  let last = -1
  await until(async () => {
    const isStill = last === taken
    last = taken
    await new Promise((resolve) => setTimeout(resolve, 100))
    return isStill && taken > 0
  })
  t.true(taken < 16 * 1024 * 1024, `${taken} bytes`)
})
