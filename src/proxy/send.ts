import {request as httpRequest} from 'node:http'
import type {RequestOptions} from 'node:http'

import type {Exchange} from './exchange.ts'
import {resumeRequest} from './fast/resume.ts'
import {RequestStream} from './h2/send.ts'
import {isIdempotent, mirrorHeader, requestHeaders, requestIdOf} from './headers.ts'
import type {HeaderList} from './headers.ts'
import {maxHeaderBytes} from './limits.ts'
import type {RequestOut} from './message.ts'
import {pageRequestHeaders} from './reload/page.ts'
import {connectUpstream} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/**
 * Opens the request to the upstream. A kept connection may be dying at this moment, and nothing tells whether the application saw what
 * was written to it; so only what may be sent twice goes there, once, and all else over a connection of its own.
 */
export const openRequest = (exchange: Exchange, upstream: Upstream): RequestOut => {
  if (exchange.carried !== undefined) return resumeRequest(exchange.carried, exchange.request.method ?? '')
  const {request, body, trusted, page, sends, prefix, clientAddress} = exchange
  const {address} = upstream.target
  const method = request.method ?? 'GET'
  const fields = requestHeaders(request, clientAddress, {
    body,
    trusted,
    upgrade: undefined,
    prefix,
    requestId: idOf(exchange),
  })
  const headers = page ? pageRequestHeaders(fields) : fields
  if (exchange.grpc || upstream.target.protocol === 'h2c') return openStream(exchange, upstream, headers, body)
  return httpRequest({
    host: address.host,
    port: address.port,
    method,
    path: exchange.target,
    headers,
    agent: !body && sends === 1 && isIdempotent(method) ? upstream.kept : upstream.fresh,
    maxHeaderSize: maxHeaderBytes,
    // Spares the agent working out a name for TLS.
    servername: '',
  } as RequestOptions)
}

const openStream = (exchange: Exchange, upstream: Upstream, fields: HeaderList, body: boolean): RequestOut =>
  new RequestStream(upstream.streams.take(), {
    method: exchange.request.method ?? 'GET',
    path: exchange.target,
    authority: exchange.request.headers.host ?? '',
    fields,
    body,
    first: exchange.sends === 1,
  })

/** A copy of a request without a body. */
export const openCopy = (exchange: Exchange, upstream: Upstream): RequestOut => {
  const {request, trusted, prefix, clientAddress, target} = exchange
  const headers = requestHeaders(request, clientAddress, {
    body: false,
    trusted,
    upgrade: undefined,
    prefix,
    requestId: idOf(exchange),
  })
  headers.push(mirrorHeader, '1')
  const {address, protocol} = upstream.target
  if (protocol === 'h2c') return openStream(exchange, upstream, headers, false)
  return httpRequest({
    host: address.host,
    port: address.port,
    method: request.method,
    path: target,
    headers,
    agent: upstream.kept,
    maxHeaderSize: maxHeaderBytes,
    servername: '',
  } as RequestOptions)
}

export const openUpgrade = (exchange: Exchange, upstream: Upstream): RequestOut => {
  const {request, trusted, prefix, clientAddress} = exchange
  const {host, port} = upstream.target.address
  return httpRequest({
    host,
    port,
    method: request.method,
    path: exchange.target,
    headers: requestHeaders(request, clientAddress, {
      body: false,
      trusted,
      upgrade: request.headers.upgrade,
      prefix,
      requestId: idOf(exchange),
    }),
    agent: false,
    // Either side of an upgraded connection may end its half first.
    createConnection: () => connectUpstream({host, port, allowHalfOpen: true, noDelay: true}),
    maxHeaderSize: maxHeaderBytes,
  })
}

/** One for all attempts. */
const idOf = (exchange: Exchange): string => {
  if (exchange.id === '') exchange.id = requestIdOf(exchange.request.headers)
  return exchange.id
}
