import {constants} from 'node:http2'
import type {IncomingHttpHeaders, ServerHttp2Stream} from 'node:http2'

import {maxHeaderBytes} from '../limits.ts'
import type {Peer, RequestIn} from '../message.ts'
import type {Refusal} from '../unfit.ts'
import {trailersOn} from './fields.ts'
import {watchEnd} from './whole.ts'

/** What a stream begins with, as Node gives it. */
export interface StreamHead {
  readonly headers: IncomingHttpHeaders
  readonly flags: number
  /** flat, pseudo-headers included */
  readonly raw: readonly string[]
}

/** A stream as a request, told as HTTP/1.1 would tell it: so that what follows has one story for both. */
export const requestOf = (stream: ServerHttp2Stream, {headers, flags, raw}: StreamHead, peer: Peer): RequestIn => {
  const rawHeaders = fieldsOf(raw, headers)
  const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
  // RFC 9113 8.1: a body without a length, which trailers may follow.
  if (!ended && headers['content-length'] === undefined && headers[':method'] !== 'CONNECT')
    headers['transfer-encoding'] = 'chunked'
  const end = watchEnd(stream, ended)
  return {
    httpVersion: '2.0',
    method: headers[':method'],
    url: headers[':path'],
    headers,
    rawHeaders,
    rawTrailers: ended ? [] : trailersOn(stream),
    socket: peer,
    get complete() {
      return end.whole
    },
    get readableEnded() {
      return stream.readableEnded
    },
    on: (event, listener) => stream.on(event, listener),
    once: (event, listener) => stream.once(event, listener),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    isPaused: () => stream.isPaused(),
  }
}

/** Why the head is not passed on; undefined for a good one. What makes a head malformed is reset or left out by Node. */
export const tooLong = ({raw}: StreamHead): Refusal | undefined => {
  let bytes = 0
  // With what each costs in a table (RFC 9113 10.5.1).
  for (const each of raw) bytes += each.length + 16
  return bytes > maxHeaderBytes ? {status: 431, message: `the head is longer than ${maxHeaderBytes} bytes`} : undefined
}

/**
 * The fields with `:authority` as Host (a Host field that says something else stays, and makes two of them) and the crumbs of a cookie
 * joined (RFC 9113 8.2.3).
 */
const fieldsOf = (raw: readonly string[], headers: IncomingHttpHeaders): string[] => {
  const authority = headers[':authority']
  const fields: string[] = authority === undefined ? [] : ['host', authority]
  const crumbs: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string
    const value = raw[index + 1] as string
    if (name === 'cookie') crumbs.push(value)
    else if (!name.startsWith(':') && !(name === 'host' && value === authority)) fields.push(name, value)
  }
  if (authority !== undefined) headers.host = authority
  if (crumbs.length > 0) {
    headers.cookie = crumbs.join('; ')
    fields.push('cookie', headers.cookie)
  }
  return fields
}
