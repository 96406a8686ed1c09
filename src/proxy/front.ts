import {createServer} from 'node:http'
import type {IncomingMessage, Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import type {Duplex} from 'node:stream'

import {isSystemError} from '../socket/system-error.ts'
import type {Upgrade} from './exchange.ts'
import {answering, watchHalfClosed} from './half-closed.ts'
import {hasBody} from './headers.ts'
import {keepAliveTimeoutMs, maxHeaderBytes} from './limits.ts'
import type {ClientRules} from './limits.ts'
import {refuse} from './refuse.ts'
import {inTurn} from './turns.ts'
import {unfit} from './unfit.ts'
import type {Refusal} from './unfit.ts'

/** Gets every request that is fit to be passed on. */
export type FrontHandler = (request: IncomingMessage, answer: ServerResponse | Upgrade) => void

/** The HTTP server that clients meet; one per listening address. */
export const createFront = (handle: FrontHandler, {headMs}: ClientRules): Server => {
  const server = createServer({
    // An upload or a stream may take hours; slow heads are another matter.
    requestTimeout: 0,
    headersTimeout: headMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
    connectionsCheckingInterval: Math.min(5000, headMs),
    shouldUpgradeCallback: takesUpgrade,
  })
  // Beyond a number Node would drop fields without a word, the one that frames the body too.
  server.maxHeadersCount = 0
  Object.assign(server, {httpAllowHalfOpen: true})
  const onRequest = inTurn((request, response) => {
    // Node loses what came along with the head of an offer to switch that is not taken.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    const refusal = unfit(request)
    if (refusal === undefined) return handle(request, response)
    // The response stays on the connection: what was read together with this request never gets its turn.
    refuse(request.socket, refusal, request.method === 'HEAD')
  })
  server.on('connection', watchHalfClosed)
  server.on('request', onRequest)
  // Not answered here: the upstream says whether it wants the body.
  server.on('checkContinue', onRequest)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = unfit(request)
    if (refusal === undefined) handle(request, {socket: socket as Socket, head})
    else refuse(socket, refusal)
  })
  server.on('connect', (_request, socket) => {
    afterAnswers(socket, {status: 405, message: 'imm is no forward proxy: CONNECT is not served'})
  })
  server.on('clientError', (error, socket) => {
    if (isSystemError(error, 'ECONNRESET', 'EPIPE')) socket.destroy()
    else afterAnswers(socket, refusalOf(error))
  })
  return server
}

/**
 * h2c is an offer, not a demand: the request is answered in HTTP/1.1 (RFC 9110 7.8). An upgrade with a body would have its body taken
 * for the new protocol's first bytes; one behind another request would get the connection before that has its answer.
 */
const takesUpgrade = (request: IncomingMessage): boolean =>
  !/^(?:h2c|tls\/)/i.test(request.headers.upgrade ?? '') && !hasBody(request) && answering(request.socket) === undefined

const refusalOf = (error: Error): Refusal => {
  if (isSystemError(error, 'HPE_HEADER_OVERFLOW'))
    return {status: 431, message: `the head of the request is longer than ${maxHeaderBytes / 1024} KiB`}
  if (isSystemError(error, 'HPE_CHUNK_EXTENSIONS_OVERFLOW'))
    return {status: 413, message: 'the extensions of a chunk are too long'}
  if (isSystemError(error, 'ERR_HTTP_REQUEST_TIMEOUT'))
    return {status: 408, message: 'the request took too long to come'}
  return {status: 400, message: 'the request is not HTTP'}
}

/** Refuses what came on a connection, once the requests before it have their answers. */
const afterAnswers = (socket: Duplex, refusal: Refusal): void => {
  const response = answering(socket)
  if (response === undefined) {
    if (socket.writable) refuse(socket, refusal)
    else socket.destroy()
  } else if (response.req.complete) {
    // Nothing behind the fault is read: each piece of it would be another fault. Not at once: Node goes on reading when it is done here.
    socket.removeAllListeners('data').on('data', () => undefined)
    process.nextTick(() => socket.pause())
    response.once('close', () => afterAnswers(socket, refusal))
  } else if (response.headersSent) {
    // In the middle of an answer another one would be taken for its body.
    socket.destroy()
  } else {
    response.detachSocket(socket as Socket)
    response.destroy()
    refuse(socket, refusal)
  }
}
