import type {OutgoingHttpHeaders} from 'node:http'
import {constants} from 'node:http2'
import type {ServerHttp2Stream} from 'node:http2'

import type {AnswerOut} from '../message.ts'
import {streamFields, trailerFields} from './fields.ts'

const {NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM} = constants

/** The answer on a stream. Its head waits for what follows: one without a body ends the stream, which gRPC's clients rely on. */
export const answerOn = (stream: ServerHttp2Stream): AnswerOut => {
  const before: string[] = []
  let head: string[] = [':status', '200']
  let trailers: Record<string, string[]> | undefined
  let ended = false
  // Node may close a stream that is over before it says that the last was written.
  const finished = (): boolean => ended && stream.closed && stream.rstCode === NGHTTP2_NO_ERROR
  const isOpen = (): boolean => !stream.destroyed && !stream.closed
  const begin = (options: {endStream?: boolean; waitForTrailers?: boolean}): void => {
    if (stream.headersSent || !isOpen()) return
    try {
      stream.respond(head, options)
    } catch {
      stream.close(NGHTTP2_INTERNAL_ERROR)
    }
  }
  stream.on('wantTrailers', () => {
    try {
      stream.sendTrailers(trailers ?? {})
    } catch {
      stream.close(NGHTTP2_INTERNAL_ERROR)
    }
  })
  const writable = (): boolean => isOpen() && !stream.writableEnded
  return {
    shouldKeepAlive: true,
    get headersSent() {
      return stream.headersSent
    },
    get statusCode() {
      return Number(head[1])
    },
    get destroyed() {
      return !isOpen()
    },
    get writableEnded() {
      return stream.headersSent && stream.writableEnded
    },
    get writableFinished() {
      return finished()
    },
    get writableLength() {
      return stream.writableLength
    },
    setHeader: (name, value) => void before.push(name, value),
    writeHead(status: number, second?: OutgoingHttpHeaders | string, list?: string[]) {
      if (status < 200 || status > 599) throw new RangeError(`no status of HTTP/2: ${status}`)
      head = [':status', String(status), ...streamFields([...before, ...(list ?? flat(second))])]
    },
    writeContinue: () => inform(stream, 100, {}),
    writeEarlyHints: (hints) => inform(stream, 103, hints),
    flushHeaders: () => begin({waitForTrailers: true}),
    write(chunk) {
      begin({waitForTrailers: true})
      return writable() ? stream.write(chunk) : true
    },
    end(body?: Buffer | string, encoding?: 'latin1') {
      ended = true
      const chunk = typeof body === 'string' ? Buffer.from(body, encoding) : body
      begin({
        endStream: trailers === undefined && chunk === undefined,
        waitForTrailers: trailers !== undefined,
      })
      if (writable()) stream.end(chunk)
    },
    addTrailers(pairs) {
      trailers = trailerFields(pairs)
    },
    destroy: () => stream.close(NGHTTP2_INTERNAL_ERROR),
    refuse: () => stream.close(NGHTTP2_REFUSED_STREAM),
    on: (event, listener) => stream.on(event, listener),
    once: (event, listener) =>
      event === 'finish'
        ? stream.once('close', () => {
            if (finished()) listener()
          })
        : stream.once(event, listener),
  }
}

const inform = (stream: ServerHttp2Stream, status: number, fields: Record<string, string | string[]>): void => {
  if (stream.destroyed || stream.closed || stream.headersSent) return
  stream.additionalHeaders({':status': status, ...fields})
}

const flat = (headers: OutgoingHttpHeaders | string | undefined): string[] =>
  typeof headers === 'object' ? Object.entries(headers).flatMap(([name, value]) => [name, String(value)]) : []
