import type {IncomingMessage} from 'node:http'

import {isHost} from './hosts.ts'
import {maxFields} from './limits.ts'

/** Why a request is not passed on. */
export interface Refusal {
  status: number
  message: string
}

/** What Node's parser takes and two readers could see differently. Undefined: fit to be passed on. */
export const unfit = (request: IncomingMessage): Refusal | undefined => {
  const {url = '', headers, method, rawHeaders, httpVersionMajor, httpVersionMinor} = request
  // Node takes 0.9, 1.0, 1.1 and 2.0 alike.
  if (httpVersionMajor !== 1) return {status: 505, message: 'only HTTP/1.0 and HTTP/1.1 are spoken like this'}
  if (url[0] !== '/' && !(url === '*' && method === 'OPTIONS'))
    return {status: 400, message: 'the request target must be a path: imm is no forward proxy'}
  if (url.includes('#')) return {status: 400, message: 'a fragment is no part of a request target'}
  // Icecast's: Node takes it with another protocol's name and version as well.
  if (method === 'SOURCE') return {status: 501, message: 'the method SOURCE is not known'}
  if (rawHeaders.length > 2 * maxFields) return {status: 431, message: `more than ${maxFields} header fields`}
  if (hasTwoHosts(rawHeaders)) return {status: 400, message: 'more than one Host header'}
  if (headers.host !== undefined && !isHost(headers.host))
    return {status: 400, message: 'the Host header is no host name with a port'}
  const coding = headers['transfer-encoding']
  if (coding === undefined) return undefined
  if (coding.toLowerCase() !== 'chunked') return {status: 501, message: 'only the chunked transfer coding is known'}
  // RFC 9112 6.1: who speaks 1.0 may have passed on a header that it did not understand.
  if (httpVersionMinor === 0) return {status: 400, message: 'a transfer coding in HTTP/1.0'}
  return undefined
}

/** Two Host lines make it a matter of taste whom a request is for (RFC 9112 3.2); Node takes the first. */
const hasTwoHosts = (rawHeaders: readonly string[]): boolean => {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}
