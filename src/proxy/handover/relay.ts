import {IncomingMessage, request as httpRequest} from 'node:http'
import type {ServerResponse} from 'node:http'
import {connect} from 'node:net'
import type {Socket} from 'node:net'

import {isSystemError} from '../../socket/system-error.ts'
import type {Exchange} from '../exchange.ts'
import {hasBody} from '../headers.ts'
import {maxHeaderBytes} from '../limits.ts'
import type {AnswerOut, RequestIn, Upgrade} from '../message.ts'
import {refuse} from '../refuse.ts'
import {joinSockets} from '../tunnel.ts'
import {isUpgrade} from '../upgrade.ts'
import type {Place} from './messages.ts'

export type Relay = (request: RequestIn, answer: AnswerOut | Upgrade) => void

const retryMs = 100
// A successor that died is started again within a second by whoever keeps it.
const retries = 50

/**
 * Passes a request as it came to the process that listens now where its client once connected, and ends the connection with the answer:
 * the client's next one is the successor's.
 */
export const relay: Relay = (request, answer) => {
  if (!(request instanceof IncomingMessage)) return
  const {localAddress, localPort} = request.socket
  if (localAddress === undefined || localPort === undefined) return
  const place = {host: localAddress, port: localPort}
  if (isUpgrade(answer)) passConnection(request, answer, place)
  else passRequest(request, answer as ServerResponse, place, 0)
}

/** Not streams of HTTP/2: their clients are told to go (GOAWAY), and what has come already is served here. */
export const canRelay = (request: RequestIn): boolean => request instanceof IncomingMessage

/** One that waited; the successor tells of it. */
export const relayExchange = (passOn: Relay, exchange: Exchange): void => {
  const {request, response, upgrade} = exchange
  exchange.startMs = 0
  // Nothing was done: its client sends it again, on a new connection (RFC 9113 8.7).
  if (!canRelay(request)) return response.refuse?.()
  passOn(request, upgrade ?? response)
}

const passRequest = (request: IncomingMessage, response: ServerResponse, place: Place, attempt: number): void => {
  const outgoing = httpRequest({
    ...place,
    method: request.method,
    path: request.url,
    headers: headersOf(request),
    agent: false,
    maxHeaderSize: maxHeaderBytes,
  })
  const onClose = (): void => void outgoing.destroy()
  response.once('close', onClose)
  outgoing.once('continue', () => response.writeContinue())
  outgoing.once('response', (incoming) => passAnswer(incoming, response))
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    response.off('close', onClose)
    if (response.headersSent || response.destroyed) return void response.destroy()
    if (error.syscall !== 'connect' || attempt === retries) return answerGone(response)
    setTimeout(() => passRequest(request, response, place, attempt + 1), retryMs)
    return undefined
  })
  outgoing.once('socket', (socket) =>
    socket.once('connect', () => {
      if (!hasBody(request)) return void outgoing.end()
      request.once('end', () => {
        if (request.rawTrailers.length > 0) outgoing.addTrailers(request.trailers)
      })
      return void request.pipe(outgoing)
    }),
  )
}

const passAnswer = (incoming: IncomingMessage, response: ServerResponse): void => {
  response.shouldKeepAlive = false
  response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, withoutHops(incoming.rawHeaders))
  response.flushHeaders()
  incoming.once('end', () => {
    if (incoming.rawTrailers.length > 0) response.addTrailers(incoming.trailers)
  })
  incoming.once('close', () => {
    if (!incoming.complete) response.destroy()
  })
  incoming.pipe(response)
}

const answerGone = (response: ServerResponse): void => {
  response.shouldKeepAlive = false
  response.writeHead(503, {'retry-after': '1', 'content-type': 'text/plain'})
  response.end('the proxy is being replaced\n')
}

const passConnection = (request: IncomingMessage, {socket: client, head, response}: Upgrade, place: Place): void => {
  const socket = client as Socket
  ;(response as ServerResponse).detachSocket(socket)
  const next = connect({...place, allowHalfOpen: true, noDelay: true})
  next.once('error', (error) => {
    if (isSystemError(error, 'ECONNREFUSED')) refuse(socket, {status: 503, message: 'the proxy is being replaced'})
    else socket.destroy()
  })
  next.once('connect', () => {
    next.write(headText(request), 'latin1')
    if (head.length > 0) next.write(head)
    joinSockets(socket, next)
  })
}

const headText = ({method, url, rawHeaders}: IncomingMessage): string => {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** What a client said of its connection goes along, so that the successor drops what was meant for this hop; but the next one ends. */
const headersOf = ({rawHeaders, headers, method}: IncomingMessage): string[] => {
  const list = withoutHops(rawHeaders)
  const options = (headers.connection ?? '').split(',').map((option) => option.trim())
  list.push('Connection', ['close', ...options.filter((option) => !/^(?:close|keep-alive|)$/i.test(option))].join(', '))
  if (headers['transfer-encoding'] !== undefined) list.push('Transfer-Encoding', 'chunked')
  // Node would frame it as chunked.
  else if (headers['content-length'] === undefined && method !== 'GET' && method !== 'HEAD')
    list.push('Content-Length', '0')
  return list
}

const hops = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding'])

const withoutHops = (rawHeaders: readonly string[]): string[] => {
  const list: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index] as string, rawHeaders[index + 1] as string]
    if (!hops.has(name.toLowerCase())) list.push(name, value)
  }
  return list
}
