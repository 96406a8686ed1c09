import {request as httpRequest} from 'node:http'
import type {ClientRequest, RequestOptions} from 'node:http'

import type {Exchange} from './exchange.ts'
import {isIdempotent, requestHeaders} from './headers.ts'
import {maxHeaderBytes} from './limits.ts'
import {connectUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/**
 * Opens the request to the upstream. A kept connection may be dying at this moment, and nothing tells whether the application saw what
 * was written to it; so only what may be sent twice goes there, once, and all else over a connection of its own.
 */
export const openRequest = (exchange: Exchange, upstream: Upstream): ClientRequest => {
  const {request, body, sends} = exchange
  const {address} = upstream.target
  const method = request.method ?? 'GET'
  return httpRequest({
    host: address.host,
    port: address.port,
    method,
    path: request.url,
    headers: requestHeaders(request, request.socket.remoteAddress ?? '', {body, upgrade: undefined}),
    agent: !body && sends === 1 && isIdempotent(method) ? upstream.kept : upstream.fresh,
    maxHeaderSize: maxHeaderBytes,
    // Spares the agent working out a name for TLS.
    servername: '',
  } as RequestOptions)
}

export const openUpgrade = (exchange: Exchange, upstream: Upstream): ClientRequest => {
  const {request, upgrade} = exchange
  const {host, port} = upstream.target.address
  return httpRequest({
    host,
    port,
    method: request.method,
    path: request.url,
    headers: requestHeaders(request, upgrade?.socket.remoteAddress ?? '', {
      body: false,
      upgrade: request.headers.upgrade,
    }),
    agent: false,
    // Either side of an upgraded connection may end its half first.
    createConnection: () => connectUpstream({host, port, allowHalfOpen: true, noDelay: true}),
    maxHeaderSize: maxHeaderBytes,
  })
}
