import type {ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

import {answerBadGateway} from './answers.ts'
import {cookiesToTell} from './choose.ts'
import {passEvents} from './event-stream.ts'
import type {ExchangeContext} from './exchange-context.ts'
import type {Exchange} from './exchange.ts'
import {isForwarded, isReturned, responseHeaders} from './headers.ts'
import {maxInterim} from './limits.ts'
import type {AnswerIn, Interim, RequestOut} from './message.ts'
import {pageFilter, pageResponseHeaders} from './reload/page.ts'
import {countAnswer} from './tally.ts'
import {watchUpload} from './upload.ts'
import type {Upstream} from './upstream.ts'

/** Streams the request's body on. It is not read before there is a connection: until then it can wait for another release. */
export const passBody = (exchange: Exchange, {tally}: Upstream, outgoing: RequestOut, idleMs: number): void => {
  const {request} = exchange
  const pump = (): void => {
    const moved = watchUpload(exchange, outgoing, idleMs)
    let begun = false
    exchange.bodyBegun = true
    request.on('data', (chunk: Buffer) => {
      moved()
      begun = true
      tally.bytesIn += chunk.length
      exchange.bytesIn += chunk.length
      exchange.sample?.sent(chunk)
      if (!outgoing.destroyed && !outgoing.write(chunk)) request.pause()
    })
    const end = (): void => {
      // A stream that was reset: its close tells.
      if (!request.complete) return
      const trailers = pairs(request.rawTrailers).filter(([name]) => isForwarded(name))
      if (trailers.length > 0) outgoing.addTrailers(trailers)
      outgoing.end()
    }
    if (request.readableEnded) end()
    else request.once('end', end)
    outgoing.on('drain', () => request.resume())
    // The head waits for the first piece of the body, for one write of both; not longer, since a client may wait for an answer to it.
    setImmediate(() => {
      if (!begun && !outgoing.destroyed) outgoing.flushHeaders()
    })
    // Answered before the body was read: the rest is read and dropped, so that the client gets to the answer.
    outgoing.once('close', () => request.resume())
  }
  outgoing.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', pump)
    else pump()
  })
}

/** Passes an interim answer on to who can read it; 100 to who asked for it. Not without end: each is read, and none is the answer. */
export const passInterim = (exchange: Exchange, outgoing: RequestOut, interim: Interim): void => {
  const {request, response} = exchange
  if (exchange.over) return
  if (++exchange.interim > maxInterim) {
    outgoing.destroy(new Error(`more than ${maxInterim} interim answers`))
    return
  }
  const {statusCode, statusMessage, rawHeaders} = interim
  if (request.httpVersion === '1.0' || (statusCode === 100 && request.headers.expect === undefined)) return
  if (request.httpVersion === '2.0') return passInterimOnStream(exchange, interim)
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...interimFields(rawHeaders)]
  ;(response as ServerResponse).socket?.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** Node writes two kinds: to go on (RFC 9110 15.2.1), and early hints (RFC 8297). */
const passInterimOnStream = ({response, answered}: Exchange, {statusCode, rawHeaders}: Interim): void => {
  if (statusCode === 100) return void response.writeContinue()
  if (statusCode !== 103 || answered) return
  const hints: Record<string, string[]> = {}
  for (const [name, value] of pairs(rawHeaders)) if (isReturned(name)) (hints[name.toLowerCase()] ??= []).push(value)
  try {
    response.writeEarlyHints(hints)
  } catch {
    // Links that Node doesn't take: the answer is as good without them.
  }
}

const interimFields = (rawHeaders: readonly string[]): string[] =>
  pairs(rawHeaders)
    .filter(([name]) => isReturned(name))
    .map(([name, value]) => `${name}: ${value}`)

const oneWriteBytes = 16 * 1024

/** What happens to a body on its way to the client. */
export interface BodyFilter {
  /** what of it, or instead of it, is passed on */
  pass(chunk: Buffer): Buffer
  /** what `pass` returned is with the client's connection */
  passed?(): void
  /** what comes after the last chunk */
  end?(): Buffer
}

/** Streams the answer back. */
export const passResponse = (
  {log}: Pick<ExchangeContext, 'log'>,
  exchange: Exchange,
  upstream: Upstream,
  outgoing: RequestOut,
  incoming: AnswerIn,
): void => {
  const {request, response, route} = exchange
  if (exchange.over) return void outgoing.destroy()
  const {tally, target} = upstream
  const {release} = target
  const status = incoming.statusCode ?? 502
  exchange.answeredMs = performance.now()
  countAnswer(tally, status, exchange.answeredMs - exchange.sentMs)
  const chunked =
    request.httpVersion !== '1.0' &&
    request.method !== 'HEAD' &&
    (incoming.headers['transfer-encoding'] !== undefined || incoming.httpVersion === '2.0')
  const page = exchange.page ? pageFilter(exchange, incoming, release, log) : undefined
  const headers = responseHeaders(incoming, release, chunked, cookiesToTell(exchange.route, exchange))
  try {
    response.writeHead(status, incoming.statusMessage, page === undefined ? headers : pageResponseHeaders(headers))
  } catch {
    exchange.over = true
    exchange.outcome = 'failed'
    route.counters.failed++
    tally.failures++
    outgoing.destroy()
    return answerBadGateway(request, response, route, release, `${release} answered with a head that is not HTTP.`)
  }
  exchange.answered = true
  exchange.incoming = incoming
  const {observer} = exchange
  observer?.head(incoming)
  let begun = false
  const resume = (): void => void incoming.resume()
  const filter: BodyFilter | undefined = page ?? passEvents(exchange, upstream, outgoing, incoming)
  // Trailers may follow also what has a length in HTTP/2.
  const isWhole = filter === undefined && incoming.httpVersion !== '2.0'
  const whole = isWhole ? Number(incoming.headers['content-length'] ?? 0) : -1
  incoming.on('data', (given: Buffer) => {
    begun = true
    tally.bytesOut += given.length
    exchange.bytesOut += given.length
    observer?.data(given)
    const chunk = filter === undefined ? given : filter.pass(given)
    // A short answer that is all here leaves with its head in one string: one write of one piece, instead of two.
    if (chunk.length === whole && whole <= oneWriteBytes) response.end(chunk.toString('latin1'), 'latin1')
    else if (chunk.length > 0 && !response.write(chunk)) {
      incoming.pause()
      response.once('drain', resume)
    }
    filter?.passed?.()
  })
  incoming.once('end', () => {
    // Where the connection's end is the body's, Node takes a reset for one.
    if (exchange.broken || !incoming.complete) return
    if (chunked && incoming.rawTrailers.length > 0)
      response.addTrailers(pairs(incoming.rawTrailers).filter(([name]) => isReturned(name)))
    if (!response.writableEnded) response.end(filter?.end?.())
    if (observer === undefined) return
    if (response.writableFinished) observer.end()
    else response.once('finish', () => observer.end())
  })
  incoming.once('close', () => {
    if (exchange.over || (incoming.complete && !exchange.broken)) return
    exchange.over = true
    exchange.outcome = 'broken-off'
    route.counters.failed++
    tally.failures++
    breakOff(exchange)
  })
  // The head waits for the first piece of the body, so that both leave in one write; not longer than this turn.
  setImmediate(() => {
    if (!begun && !response.writableEnded && !response.destroyed) response.flushHeaders()
  })
}

/** Half an answer must not look like a whole one. To HTTP/1.0 the end of the connection can be the end of the answer: only a reset tells. */
export const breakOff = ({request, response}: Exchange): void => {
  const {socket} = request
  if (request.httpVersion === '1.0' && socket.encrypted !== true) (socket as Socket).resetAndDestroy()
  else response.destroy()
}

const pairs = (list: readonly string[]): [string, string][] =>
  Array.from({length: list.length / 2}, (_, index) => [list[index * 2] as string, list[index * 2 + 1] as string])
