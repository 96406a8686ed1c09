import type {ClientRequest, IncomingMessage} from 'node:http'

import {answerBadGateway} from './answers.ts'
import {tokenToTell} from './choose.ts'
import type {Exchange} from './exchange.ts'
import {responseHeaders} from './headers.ts'
import {countAnswer} from './tally.ts'
import type {Upstream} from './upstream.ts'

/** Streams the request's body on. It is not read before there is a connection: until then it can wait for another release. */
export const passBody = (exchange: Exchange, {tally}: Upstream, outgoing: ClientRequest): void => {
  const {request, response} = exchange
  const pump = (): void => {
    request.on('data', (chunk: Buffer) => {
      tally.bytesIn += chunk.length
      exchange.bytesIn += chunk.length
      if (!outgoing.destroyed && !outgoing.write(chunk)) request.pause()
    })
    request.once('end', () => {
      if (request.rawTrailers.length > 0) outgoing.addTrailers(pairs(request.rawTrailers))
      outgoing.end()
    })
    outgoing.on('drain', () => request.resume())
    // Answered before the body was read: the rest is read and dropped, so that the client gets to the answer.
    outgoing.once('close', () => request.resume())
  }
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', pump)
    else pump()
  })
  if (request.headers.expect !== undefined) outgoing.once('continue', () => response.writeContinue())
}

const oneWriteBytes = 16 * 1024

/** Streams the answer back. */
export const passResponse = (
  exchange: Exchange,
  upstream: Upstream,
  outgoing: ClientRequest,
  incoming: IncomingMessage,
): void => {
  const {request, response, route} = exchange
  if (exchange.over) return void outgoing.destroy()
  const {tally, target} = upstream
  const {release} = target
  const status = incoming.statusCode ?? 502
  exchange.answeredMs = performance.now()
  countAnswer(tally, status, exchange.answeredMs - exchange.sentMs)
  const chunked =
    request.httpVersionMinor > 0 && request.method !== 'HEAD' && incoming.headers['transfer-encoding'] !== undefined
  try {
    response.writeHead(
      status,
      incoming.statusMessage,
      responseHeaders(incoming, release, chunked, tokenToTell(exchange)),
    )
  } catch {
    exchange.over = true
    exchange.outcome = 'failed'
    route.counters.failed++
    tally.failures++
    outgoing.destroy()
    return answerBadGateway(request, response, route, release, `${release} answered with a head that is not HTTP.`)
  }
  exchange.answered = true
  const {observer} = exchange
  observer?.head(incoming)
  let begun = false
  const resume = (): void => void incoming.resume()
  const whole = Number(incoming.headers['content-length'] ?? 0)
  incoming.on('data', (chunk: Buffer) => {
    begun = true
    tally.bytesOut += chunk.length
    exchange.bytesOut += chunk.length
    observer?.data(chunk)
    // A short answer that is all here leaves with its head in one string: one write of one piece, instead of two.
    if (chunk.length === whole && whole <= oneWriteBytes) response.end(chunk.toString('latin1'), 'latin1')
    else if (!response.write(chunk)) {
      incoming.pause()
      response.once('drain', resume)
    }
  })
  incoming.once('end', () => {
    if (chunked && incoming.rawTrailers.length > 0) response.addTrailers(pairs(incoming.rawTrailers))
    if (!response.writableEnded) response.end()
    if (observer === undefined) return
    if (response.writableFinished) observer.end()
    else response.once('finish', () => observer.end())
  })
  incoming.once('close', () => {
    if (incoming.complete || exchange.over) return
    // Half an answer must not look like a whole one.
    exchange.outcome = 'broken-off'
    route.counters.failed++
    tally.failures++
    response.destroy()
  })
  // The head waits for the first piece of the body, so that both leave in one write; not longer than this turn.
  setImmediate(() => {
    if (!begun && !response.writableEnded && !response.destroyed) response.flushHeaders()
  })
}

const pairs = (list: readonly string[]): [string, string][] =>
  Array.from({length: list.length / 2}, (_, index) => [list[index * 2] as string, list[index * 2 + 1] as string])
