import {EventEmitter} from 'node:events'
import {constants} from 'node:http2'
import type {ClientHttp2Stream} from 'node:http2'
import type {Socket} from 'node:net'

import type {RequestOut} from '../message.ts'
import {answerOf} from './answer-of.ts'
import {streamFields, trailerFields, withoutPseudo} from './fields.ts'
import type {Connection} from './sessions.ts'

/** The code of an error that says: the upstream has done nothing (RFC 9113 8.7). */
export const notProcessed = 'H2_NOT_PROCESSED'

/** The code of an error that says: what answered is not HTTP/2. */
export const notHttp2 = 'H2_NOT_SPOKEN'

export interface StreamRequest {
  method: string
  path: string
  authority: string
  /** as for HTTP/1.1 */
  fields: readonly string[]
  body: boolean
  /** sent for the first time */
  first: boolean
}

/** A request on a stream, in the likeness of node:http's, so that an exchange goes on with either. */
export class RequestStream extends EventEmitter implements RequestOut {
  readonly socket: Socket
  readonly #mayBeKept: boolean
  destroyed = false
  readonly #connection: Connection
  readonly #stream: ClientHttp2Stream
  #answered = false
  #error: NodeJS.ErrnoException | undefined
  #trailers: Record<string, string[]> = {}

  constructor(connection: Connection, {method, path, authority, fields, body, first}: StreamRequest) {
    super()
    this.#connection = connection
    this.socket = connection.socket
    this.#mayBeKept = first && connection.used
    const head = [':method', method, ':scheme', 'http', ':authority', authority, ':path', path]
    this.#stream = connection.session.request([...head, ...streamFields(fields, 'host')], {
      endStream: !body,
      waitForTrailers: body,
    })
    connection.open++
    this.#listen()
  }

  /** The connection was kept, and has died under it. A stream that is reset on a sound one says something else. */
  get reusedSocket(): boolean {
    const {session} = this.#connection
    return this.#mayBeKept && (session.closed || session.destroyed)
  }

  #listen(): void {
    const stream = this.#stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error
    })
    stream.once('close', () => this.#close())
    stream.on('drain', () => this.emit('drain'))
    stream.on('wantTrailers', () => {
      try {
        stream.sendTrailers(this.#trailers)
      } catch {
        stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      }
    })
    stream.on('headers', (headers, _flags, raw) => {
      const statusCode = headers[':status'] ?? 0
      this.emit('information', {statusCode, rawHeaders: withoutPseudo(raw ?? [])})
    })
    stream.once('response', (headers, flags, raw) => {
      this.#answered = true
      this.emit('response', answerOf(stream, {headers, flags, raw: raw ?? []}))
    })
    // Not before it has a number, so that what was never sent keeps its body.
    if (stream.id === undefined) stream.once('ready', () => this.#ready())
    else process.nextTick(() => this.#ready())
  }

  #ready(): void {
    if (this.destroyed || this.#stream.destroyed) return
    this.#connection.used = true
    this.emit('socket', this.socket)
  }

  write(chunk: Buffer): boolean {
    return this.#stream.writable ? this.#stream.write(chunk) : true
  }

  /** A stream's head is sent at once. */
  flushHeaders(): void {}

  addTrailers(pairs: [string, string][]): void {
    this.#trailers = trailerFields(pairs)
  }

  end(): void {
    if (!this.#stream.writableEnded) this.#stream.end()
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  #close(): void {
    this.#connection.open--
    const wanted = this.destroyed
    this.destroyed = true
    if (!wanted && !this.#answered) this.emit('error', this.#failure())
    this.emit('close')
  }

  #failure(): NodeJS.ErrnoException {
    const {id, rstCode} = this.#stream
    const {failure} = this.#connection
    if (failure?.syscall === 'connect' || failure?.syscall === 'getaddrinfo') return failure
    if (id === undefined || rstCode === constants.NGHTTP2_REFUSED_STREAM)
      return Object.assign(new Error('the upstream did not take the stream'), {code: notProcessed})
    // The first that it said was no frame of HTTP/2.
    if (this.#error?.code === 'ERR_HTTP2_ERROR' && !this.#connection.spoke)
      return Object.assign(new Error('not HTTP/2'), {code: notHttp2})
    return failure ?? Object.assign(new Error(`the upstream reset the stream (${rstCode})`), {code: `H2_${rstCode}`})
  }
}
