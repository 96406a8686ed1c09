import type {IncomingHttpHeaders} from 'node:http'

import {releaseHeader, withoutAffinity} from './affinity.ts'
import {isSpent} from './login/spent.ts'
import type {AnswerIn, RequestIn} from './message.ts'

/** Flat list, name then value, as on the wire: the form in which Node passes headers on without rebuilding them. */
export type HeaderList = string[]

/** Says to an application that nobody will see its answer. */
export const mirrorHeader = 'x-imm-mirror'

/** RFC 9110 7.6.1 and what a proxy states anew; `forwarded` and every `x-forwarded-*` of a client could be a lie. */
const notForwarded = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'forwarded',
  'x-request-id',
  releaseHeader,
  mirrorHeader,
  // passed on without ours
  'cookie',
])
const notReturned = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  releaseHeader,
])

/** Whether a trailer may reach the application; a trailer cannot say where a message ends or for whom it is (RFC 9110 6.5.1). */
export const isForwarded = (name: string): boolean => {
  const lower = name.toLowerCase()
  return !notForwarded.has(lower) && !notInTrailers.has(lower) && !isOurs(lower)
}

/** Whether a trailer, or a field of an interim answer, may reach the client. */
export const isReturned = (name: string): boolean => {
  const lower = name.toLowerCase()
  return !notReturned.has(lower) && !notInTrailers.has(lower)
}
const notInTrailers = new Set(['host', 'content-length', 'trailer', 'set-cookie'])

export interface Framing {
  /** the request has a body */
  body: boolean
  /** what it says of proxies before this one is believed */
  trusted: boolean
  /** `websocket` on an upgrade */
  upgrade: string | undefined
  /** was taken off the path */
  prefix: string
  requestId: string
}

let requestNumber = 0
const requestPrefix = `${process.pid.toString(36)}${Date.now().toString(36)}`

/** For a request that came without one. */
export const newRequestId = (): string => `${requestPrefix}-${(++requestNumber).toString(36)}`

/** The client's, or a new one. */
export const requestIdOf = ({'x-request-id': given}: IncomingHttpHeaders): string =>
  typeof given === 'string' && given !== '' ? given : newRequestId()

/** The headers for the upstream. `clientAddress` is the peer's; `proto` what it spoke. */
export const requestHeaders = (request: RequestIn, clientAddress: string, framing: Framing): HeaderList => {
  const {rawHeaders, headers} = request
  const nominated = connectionOptions(headers.connection)
  const list: HeaderList = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    const lower = name.toLowerCase()
    if (notForwarded.has(lower)) {
      if (lower === 'cookie' && !nominated?.has(lower)) passCookie(list, name, rawHeaders[index + 1] as string)
      else if (lower === 'forwarded' && framing.trusted) list.push(name, rawHeaders[index + 1] as string)
      continue
    }
    if (lower === 'authorization' && isSpent(request)) continue
    if ((lower[0] === 'x' && isOurs(lower) && !(framing.trusted && isTold(lower))) || nominated?.has(lower)) continue
    if (lower === 'trailer' && headers['transfer-encoding'] === undefined) continue
    list.push(name, rawHeaders[index + 1] as string)
  }
  if (framing.trusted) pushTold(list, request, clientAddress, framing.prefix)
  else
    list.push(
      'x-forwarded-for',
      clientAddress,
      'x-forwarded-proto',
      protoOf(request),
      'x-forwarded-host',
      headers.host ?? '',
    )
  list.push('x-request-id', framing.requestId)
  if (framing.prefix !== '' && !framing.trusted) list.push('x-forwarded-prefix', framing.prefix)
  // The one TE value that a proxy may answer for: we pass trailers on.
  const trailers = /\btrailers\b/i.test(String(headers['te'] ?? ''))
  if (trailers) list.push('TE', 'trailers')
  if (framing.upgrade !== undefined) list.push('Connection', 'Upgrade', 'Upgrade', framing.upgrade)
  else if (trailers) list.push('Connection', 'TE, keep-alive')
  // Told `close`, an application that answers before it has read the body closes with a reset, and the answer is lost in it.
  else if (isLong(request)) list.push('Connection', 'keep-alive')
  if (headers['transfer-encoding'] !== undefined) list.push('Transfer-Encoding', 'chunked')
  // Without it Node would frame an empty POST as chunked.
  else if (!framing.body && headers['content-length'] === undefined && takesBody(request.method ?? ''))
    list.push('Content-Length', '0')
  return list
}

/** What the client spoke with us. */
const protoOf = ({socket}: RequestIn): string => (socket.encrypted === true ? 'https' : 'http')

/** What a trusted proxy says is passed on as it is; its address and what was taken off the path are added to what it says of those. */
const isTold = (lower: string): boolean => /^x-forwarded-(?!for$|prefix$)/.test(lower)

const pushTold = (list: HeaderList, request: RequestIn, clientAddress: string, taken: string): void => {
  const {headers} = request
  const before = headers['x-forwarded-for']
  list.push('x-forwarded-for', before === undefined ? clientAddress : `${String(before)}, ${clientAddress}`)
  if (headers['x-forwarded-proto'] === undefined) list.push('x-forwarded-proto', protoOf(request))
  if (headers['x-forwarded-host'] === undefined) list.push('x-forwarded-host', headers.host ?? '')
  const prefix = `${String(headers['x-forwarded-prefix'] ?? '')}${taken}`
  if (prefix !== '') list.push('x-forwarded-prefix', prefix)
}

/** CGI, WSGI and PHP see `_` and `-` as one. */
const isOurs = (lower: string): boolean => /^x[-_](?:forwarded[-_]|imm[-_](?:release|mirror)$)/.test(lower)

const passCookie = (list: HeaderList, name: string, value: string): void => {
  const others = withoutAffinity(value)
  if (others !== undefined) list.push(name, others)
}

/**
 * The headers for the client; `chunked`: it gets the body in chunks, so that trailers can follow; `cookies`: what it is given to
 * keep.
 */
export const responseHeaders = (
  response: AnswerIn,
  release: string,
  chunked: boolean,
  cookies: readonly string[],
): HeaderList => {
  const {rawHeaders} = response
  const nominated = connectionOptions(response.headers.connection)
  const list: HeaderList = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    const lower = name.toLowerCase()
    if (notReturned.has(lower) || nominated?.has(lower) || (lower === 'trailer' && !chunked)) continue
    list.push(name, rawHeaders[index + 1] as string)
  }
  list.push(releaseHeader, release)
  for (const cookie of cookies) list.push('set-cookie', cookie)
  return list
}

/** Whether the message says that a body follows (RFC 9112 6.3). */
export const hasBody = ({headers}: RequestIn): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] !== undefined && headers['content-length'] !== '0')

/** A body that may not be in the kernel's buffers as a whole when the answer comes. */
const isLong = ({headers}: RequestIn): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 64 * 1024

/** RFC 9110 9.2.2: may be sent again. */
export const isIdempotent = (method: string): boolean => idempotentMethods.has(method)
const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Told no length, its body would be thought to follow. */
export const takesBody = (method: string): boolean => method === 'POST' || method === 'PUT' || method === 'PATCH'

/** Fields that Connection nominates, beside those that are dropped anyway; undefined for the ordinary values. */
const connectionOptions = (connection: string | undefined): Set<string> | undefined => {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close' || connection === 'Upgrade')
    return undefined
  const options = new Set<string>()
  for (const option of connection.split(',')) options.add(option.trim().toLowerCase())
  // A client must not be able to take away what says where the message ends or for whom it is.
  for (const kept of ['host', 'content-length', 'content-type', 'content-encoding']) options.delete(kept)
  return options
}
