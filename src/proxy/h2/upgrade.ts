import {createHash, randomBytes} from 'node:crypto'
import {constants} from 'node:http2'
import type {ServerHttp2Stream} from 'node:http2'

import type {AnswerOut, Peer, RequestIn, Upgrade} from '../message.ts'
import {streamFields} from './fields.ts'
import {requestOf} from './request.ts'
import type {StreamHead} from './request.ts'

/** A WebSocket over a stream (RFC 8441) as the request that HTTP/1.1 has for it: GET, with a key, which a stream doesn't need. */
export const upgradeRequestOf = (stream: ServerHttp2Stream, head: StreamHead, peer: Peer): RequestIn => {
  const request = requestOf(stream, head, peer)
  const key = randomBytes(16).toString('base64')
  request.headers.upgrade = 'websocket'
  request.headers['sec-websocket-key'] = key
  const rawHeaders = [...streamFields(request.rawHeaders, 'sec-websocket-key'), 'sec-websocket-key', key]
  return {
    ...request,
    method: 'GET',
    rawHeaders,
    get complete() {
      return request.complete
    },
    get readableEnded() {
      return request.readableEnded
    },
  }
}

export const streamUpgrade = (stream: ServerHttp2Stream, request: RequestIn, response: AnswerOut): Upgrade => ({
  socket: stream,
  head: Buffer.alloc(0),
  response,
  switched({headers}, fields) {
    if (headers['sec-websocket-accept'] !== acceptOf(request.headers['sec-websocket-key'] ?? '')) return false
    // With trailers to wait for, Node doesn't end a stream cleanly that is about to be reset.
    stream.respond([':status', '200', ...streamFields(fields, 'sec-websocket-accept')], {waitForTrailers: true})
    return true
  },
  ended: () => request.complete,
  // RFC 8441 5: as a TCP connection is reset.
  cut: () => stream.close(constants.NGHTTP2_CANCEL),
})

/** RFC 6455 4.2.2 */
const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
