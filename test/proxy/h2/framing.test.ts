import type {IncomingHttpHeaders} from 'node:http2'

import test from 'ava'
import {array, asyncProperty, assert as check, boolean, record, uint8Array} from 'fast-check'

import {startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {openSession, openStream, startStreamUpstream} from './kit.ts'

const message = record({
  pieces: array(uint8Array({maxLength: 40_000}), {maxLength: 6}),
  trailers: boolean(),
  apart: boolean(),
})

interface Message {
  pieces: Uint8Array[]
  trailers: boolean
  apart: boolean
}

/** Sends it piece by piece, each in a turn of its own or all in one, and resolves with what comes back. */
const echoOf = async (
  session: ReturnType<typeof openSession>,
  {pieces, trailers, apart}: Message,
): Promise<{body: Buffer; trailers: IncomingHttpHeaders}> => {
  const stream = openStream(session, {':method': 'POST'}, {endStream: false, waitForTrailers: true})
  const answer = {body: Buffer.alloc(0), trailers: {} as IncomingHttpHeaders}
  stream.once('wantTrailers', () => stream.sendTrailers(trailers ? {'x-sum': String(pieces.length)} : {}))
  stream.once('trailers', (received: IncomingHttpHeaders) => {
    answer.trailers = received
  })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  for (const piece of pieces) {
    stream.write(piece)
    if (apart) await new Promise((resolve) => setImmediate(resolve))
  }
  stream.end()
  await new Promise<void>((resolve) => stream.once('close', resolve))
  return {...answer, body: Buffer.concat(chunks)}
}

const sameAsSent = async (session: ReturnType<typeof openSession>): Promise<void> =>
  check(
    asyncProperty(message, async (sent) => {
      const {body, trailers} = await echoOf(session, sent)
      return (
        body.equals(Buffer.concat(sent.pieces)) &&
        trailers['x-sum'] === (sent.trailers ? String(sent.pieces.length) : undefined)
      )
    }),
    {numRuns: 60},
  )

test('however a body is split, it arrives unchanged and comes back unchanged, with its trailers: by HTTP/1.1', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.writeHead(200, {trailer: 'x-sum'})
    request.pipe(response, {end: false})
    request.once('end', () => {
      const sum = request.trailers['x-sum']
      if (sum !== undefined) response.addTrailers({'x-sum': sum})
      response.end()
    })
  })
  await flip(upstream.target(1))
  await t.notThrowsAsync(sameAsSent(openSession(t, port)))
})

test('however a body is split, it arrives unchanged and comes back unchanged, with its trailers: by streams', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startStreamUpstream(t, (stream) => {
    let sum: IncomingHttpHeaders = {}
    stream.once('trailers', (received: IncomingHttpHeaders) => {
      sum = received
    })
    stream.respond({}, {waitForTrailers: true})
    stream.once('wantTrailers', () => stream.sendTrailers(sum))
    stream.pipe(stream)
  })
  await flip(upstream.target(1))
  await t.notThrowsAsync(sameAsSent(openSession(t, port)))
})
