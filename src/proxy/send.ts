import {request as httpRequest} from 'node:http'
import type {RequestOptions} from 'node:http'

import type {Exchange} from './exchange.ts'
import {RequestStream} from './h2/send.ts'
import {isIdempotent, mirrorHeader, requestHeaders} from './headers.ts'
import type {HeaderList} from './headers.ts'
import {maxHeaderBytes} from './limits.ts'
import type {RequestIn, RequestOut} from './message.ts'
import {connectUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/**
 * Opens the request to the upstream. A kept connection may be dying at this moment, and nothing tells whether the application saw what
 * was written to it; so only what may be sent twice goes there, once, and all else over a connection of its own.
 */
export const openRequest = (exchange: Exchange, upstream: Upstream): RequestOut => {
  const {request, body, sends} = exchange
  const {address} = upstream.target
  const method = request.method ?? 'GET'
  if (exchange.grpc || upstream.target.protocol === 'h2c') return openStream(exchange, upstream)
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

const openStream = ({request, body, sends}: Exchange, upstream: Upstream): RequestOut => {
  const fields = requestHeaders(request, request.socket.remoteAddress ?? '', {body, upgrade: undefined})
  return streamOf(upstream, request, fields, {body, first: sends === 1})
}

const streamOf = (
  upstream: Upstream,
  request: RequestIn,
  fields: HeaderList,
  {body, first}: {body: boolean; first: boolean},
): RequestOut =>
  new RequestStream(upstream.streams.take(), {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    authority: request.headers.host ?? '',
    fields,
    body,
    first,
  })

/** A copy of a request without a body. */
export const openCopy = (request: RequestIn, clientAddress: string, upstream: Upstream): RequestOut => {
  const headers = requestHeaders(request, clientAddress, {body: false, upgrade: undefined})
  headers.push(mirrorHeader, '1')
  const {address, protocol} = upstream.target
  if (protocol === 'h2c') return streamOf(upstream, request, headers, {body: false, first: true})
  return httpRequest({
    host: address.host,
    port: address.port,
    method: request.method,
    path: request.url,
    headers,
    agent: upstream.kept,
    maxHeaderSize: maxHeaderBytes,
    servername: '',
  } as RequestOptions)
}

export const openUpgrade = (exchange: Exchange, upstream: Upstream): RequestOut => {
  const {request} = exchange
  const {host, port} = upstream.target.address
  return httpRequest({
    host,
    port,
    method: request.method,
    path: request.url,
    headers: requestHeaders(request, request.socket.remoteAddress ?? '', {
      body: false,
      upgrade: request.headers.upgrade,
    }),
    agent: false,
    // Either side of an upgraded connection may end its half first.
    createConnection: () => connectUpstream({host, port, allowHalfOpen: true, noDelay: true}),
    maxHeaderSize: maxHeaderBytes,
  })
}
