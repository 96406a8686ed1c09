import {once} from 'node:events'
import {connect, createServer} from 'node:http2'
import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerOptions,
} from 'node:http2'
import type {AddressInfo} from 'node:net'

import type {ExecutionContext} from 'ava'

import type {Target, Verified} from '../../../src/lifecycle/ports.ts'
import {shopHost} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'

export interface StreamAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  trailers: IncomingHttpHeaders
  /** RST_STREAM's, 0 without one */
  code: number
}

/** A client's connection by prior knowledge, gone with the test. */
export const openSession = (t: ExecutionContext, port: number): ClientHttp2Session => {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => undefined)
  t.teardown(() => session.destroy())
  return session
}

/** Opens a stream for the shop; its body and end are the caller's, unless it is a GET. */
export const openStream = (
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  options: {endStream?: boolean; waitForTrailers?: boolean} = {},
): ClientHttp2Stream => {
  const stream = session.request({':authority': shopHost, ...headers}, options)
  stream.on('error', () => undefined)
  return stream
}

/** The whole answer, however it ended. */
export const answerOn = async (stream: ClientHttp2Stream): Promise<StreamAnswer> => {
  const answer: StreamAnswer = {status: 0, headers: {}, body: '', trailers: {}, code: 0}
  stream.once('response', (headers) => {
    answer.headers = headers
    answer.status = headers[':status'] ?? 0
  })
  stream.once('trailers', (trailers: IncomingHttpHeaders) => {
    answer.trailers = trailers
  })
  stream.setEncoding('utf8').on('data', (text: string) => {
    answer.body += text
  })
  await new Promise<void>((resolve) => stream.once('close', resolve))
  return {...answer, code: stream.rstCode}
}

export const askStream = async (
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  body?: string | Buffer,
): Promise<StreamAnswer> => {
  const stream = openStream(session, headers, body === undefined ? {} : {endStream: false})
  if (body !== undefined) stream.end(body)
  return answerOn(stream)
}

export interface StreamUpstream {
  port: number
  target(generation: number): Verified<Target>
  sessions: () => number
}

/** An application that speaks HTTP/2 without TLS, gone with the test. */
export const startStreamUpstream = async (
  t: ExecutionContext,
  listener: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  options: ServerOptions = {},
): Promise<StreamUpstream> => {
  const server = createServer(options)
  const open = new Set<{destroy(): void}>()
  let sessions = 0
  server.on('session', (session) => {
    sessions++
    open.add(session)
    session.on('error', () => undefined)
    session.once('close', () => open.delete(session))
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    listener(stream, headers)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const session of open) session.destroy()
  })
  const {port} = server.address() as AddressInfo
  return {
    port,
    target: (generation) => ({...targetAt(port, generation), protocol: 'h2c'}),
    sessions: () => sessions,
  }
}
