import {createServer} from 'node:http'
import type {IncomingMessage, Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import type {Duplex} from 'node:stream'

import {isSystemError} from '../socket/system-error.ts'
import {answerRefused} from './answers.ts'
import {hasBody, hasTwoHosts} from './headers.ts'
import {headersTimeoutMs, keepAliveTimeoutMs, maxHeaderBytes} from './limits.ts'
import type {AnswerOut, RequestIn, Upgrade} from './message.ts'
import {upgradeOn} from './upgrade.ts'

/** Gets every request that is fit to be passed on. */
export type FrontHandler = (request: RequestIn, answer: AnswerOut | Upgrade) => void

/** The HTTP server that clients meet; one per listening address. */
export const createFront = (handle: FrontHandler): Server => {
  const server = createServer({
    // An upload or a stream may take hours; slow heads are another matter.
    requestTimeout: 0,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    connectionsCheckingInterval: 5000,
    // h2c is an offer, not a demand: the request is answered in HTTP/1.1 (RFC 9110 7.8).
    // An upgrade with a body would have its body taken for the new protocol's first bytes.
    shouldUpgradeCallback: (request) => !/^(?:h2c|tls\/)/i.test(request.headers.upgrade ?? '') && !hasBody(request),
  })
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = unfit(request)
    if (refused === undefined) handle(request, response)
    else answerRefused(request, response, ...refused)
  }
  server.on('request', onRequest)
  // Not answered here: the upstream says whether it wants the body.
  server.on('checkContinue', onRequest)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (unfit(request) === undefined) handle(request, upgradeOn(request, socket as Socket, head))
    else sayAndClose(socket, 400, 'Bad Request')
  })
  server.on('connect', (_request, socket) => sayAndClose(socket, 405, 'Method Not Allowed'))
  server.on('clientError', (error, socket) => {
    // In the middle of an answer another one would be taken for its body.
    const {_httpMessage: message} = socket as Duplex & {_httpMessage?: ServerResponse | null}
    const answering = message?.headersSent ?? false
    if (answering || isSystemError(error, 'ECONNRESET', 'EPIPE') || !socket.writable) {
      socket.destroy()
      return
    }
    if (isSystemError(error, 'HPE_HEADER_OVERFLOW')) sayAndClose(socket, 431, 'Request Header Fields Too Large')
    else if (isSystemError(error, 'ERR_HTTP_REQUEST_TIMEOUT')) sayAndClose(socket, 408, 'Request Timeout')
    else sayAndClose(socket, 400, 'Bad Request')
  })
  return server
}

/** Why a request is not passed on: status and words. */
export const unfit = (request: RequestIn): [number, string] | undefined => {
  const {url = '', headers, method} = request
  if (url[0] !== '/' && !(url === '*' && method === 'OPTIONS'))
    return [400, 'the request target must be a path: imm is no forward proxy']
  if (hasTwoHosts(request)) return [400, 'more than one Host header']
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return [501, 'only the chunked transfer coding is known']
  return undefined
}

/** A bare answer on a raw connection. */
const sayAndClose = (socket: Duplex, status: number, reason: string): void => {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}
