import {once} from 'node:events'
import {request as httpRequest} from 'node:http'
import type {ClientRequest, IncomingMessage} from 'node:http'

import test from 'ava'

import {begin, until} from '../kit/client.ts'
import {startUpstream} from '../kit/upstream.ts'
import {startSubject} from './kit/subject.ts'

test('each event of a stream arrives before the next one is sent', async (t) => {
  const {promise: opened, resolve: open} = Promise.withResolvers<(text: string) => void>()
  const application = await startUpstream(t, (_request, response) => {
    response.writeHead(200, {'content-type': 'text/event-stream'})
    response.flushHeaders()
    open((text) => void response.write(text))
  })
  const {port} = await startSubject(t, application.port)
  const stream = await begin(port, {headers: {accept: 'text/event-stream'}})
  t.is(stream.headers['content-type'], 'text/event-stream')
  const send = await opened
  for (let id = 0; id < 20; id++) {
    send(`id: ${id}\ndata: x\n\n`)
    const [chunk] = (await once(stream, 'data')) as [Buffer]
    t.is(chunk.toString(), `id: ${id}\ndata: x\n\n`)
  }
  stream.destroy()
})

test('each piece of an upload arrives before the next one is sent', async (t) => {
  const {promise: begun, resolve: seen} = Promise.withResolvers<IncomingMessage>()
  const application = await startUpstream(t, (request, response) => {
    seen(request)
    request.once('end', () => response.end('done'))
  })
  const {port, host} = await startSubject(t, application.port)
  const outgoing = httpRequest({port, method: 'POST', headers: {host}, agent: false})
  outgoing.flushHeaders()
  const request = await begun
  for (let piece = 0; piece < 20; piece++) {
    outgoing.write(`piece ${piece}`)
    const [chunk] = (await once(request, 'data')) as [Buffer]
    t.is(chunk.toString(), `piece ${piece}`)
  }
  outgoing.end()
  request.resume()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  t.is(response.resume().statusCode, 200)
})

test('an answer that begins before the upload has ended, and goes on with it, passes as it comes', async (t) => {
  const application = await startUpstream(t, (request, response) => {
    response.flushHeaders()
    request.pipe(response)
  })
  const {port, host} = await startSubject(t, application.port)
  const outgoing = httpRequest({port, method: 'POST', headers: {host}, agent: false})
  outgoing.flushHeaders()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  for (let piece = 0; piece < 10; piece++) {
    outgoing.write(`piece ${piece}`)
    const [chunk] = (await once(response, 'data')) as [Buffer]
    t.is(chunk.toString(), `piece ${piece}`)
  }
  outgoing.end()
  await response.resume().toArray()
  t.pass()
})

const chunk = Buffer.alloc(64 * 1024, 1)
const size = 300 * 1024 * 1024

/** Writes until the other side takes no more. */
const fill = async (outgoing: ClientRequest): Promise<number> => {
  let written = 0
  for (;;) {
    written += chunk.length
    if (outgoing.write(chunk)) continue
    const drained = await Promise.race([
      once(outgoing, 'drain').then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300)),
    ])
    if (!drained) return written
  }
}

test('an upload of 300 MB without a length waits for an application that does not read, and then arrives whole', async (t) => {
  let reading: IncomingMessage | undefined
  let received = 0
  const application = await startUpstream(t, (request, response) => {
    reading = request
    request.once('end', () => response.end(String(received)))
  })
  const {port, host} = await startSubject(t, application.port)
  const outgoing = httpRequest({port, method: 'POST', headers: {host}, agent: false})
  let sent = await fill(outgoing)
  t.true(sent < 32 * 1024 * 1024, `${sent} bytes were taken from the client while nobody read`)
  await until(() => reading !== undefined)
  reading!.on('data', (piece: Buffer) => (received += piece.length))
  let most = 0
  for (; sent < size; sent += chunk.length) {
    if (!outgoing.write(chunk)) await once(outgoing, 'drain')
    most = Math.max(most, sent - received)
  }
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  t.is(String(await response.setEncoding('utf8').toArray()), String(sent))
  t.is(received, sent)
  t.true(most < 32 * 1024 * 1024, `${most} bytes were on their way at once`)
})
