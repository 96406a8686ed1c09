import {constants, performServerHandshake, type IncomingHttpHeaders, type ServerHttp2Stream} from 'node:http2'
import type {Duplex} from 'node:stream'

import {ImmError} from '../../../errors.ts'

/** A call as the builder makes it: its messages, and a way to answer. */
export interface GrpcCall {
  headers: IncomingHttpHeaders
  messages: AsyncIterable<Buffer>
  /** Sends messages as one write. Resolves when the other side has room for more; ENGINE_LOST where nobody listens any more. */
  send: (...messages: readonly Buffer[]) => Promise<void>
  signal: AbortSignal
}

/** By `/package.Service/Method`. */
export type GrpcMethods = Readonly<Record<string, (call: GrpcCall) => Promise<void>>>

/** gRPC status codes (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const ok = 0
const internal = 13
const unimplemented = 12

/**
 * The serving side of gRPC over HTTP/2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md) on a connection that is there already, as
 * much as BuildKit's session needs: no compression, no deadlines. Ends with the connection.
 */
export const serveGrpc = (socket: Duplex, methods: GrpcMethods, onError: (error: Error) => void): void => {
  const session = performServerHandshake(socket)
  session.on('error', onError)
  session.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    const method = methods[String(headers[constants.HTTP2_HEADER_PATH])]
    stream.respond({':status': 200, 'content-type': 'application/grpc+proto'}, {waitForTrailers: true})
    let status = ok
    stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': String(status)}))
    if (!method) {
      status = unimplemented
      stream.end()
      return
    }
    const gone = new AbortController()
    stream.once('close', () => gone.abort())
    method({headers, messages: messagesOf(stream), send: sender(stream), signal: gone.signal})
      .catch((error: unknown) => {
        status = statusIn(error) ?? internal
        if (!gone.signal.aborted) onError(error as Error)
      })
      .finally(() => stream.end())
  })
}

/** A refusal that the builder understands: it goes on where it can do without. */
export const notFound = (what: string): Error => Object.assign(new Error(`there is no ${what}`), {grpcStatus: 5})

const statusIn = (error: unknown): number | undefined =>
  error instanceof Error && 'grpcStatus' in error ? Number(error.grpcStatus) : undefined

/** A message is a byte that says whether it is compressed, four bytes of length, and its content. */
const prefixBytes = 5

async function* messagesOf(stream: ServerHttp2Stream): AsyncGenerator<Buffer> {
  let gathered: Buffer = Buffer.alloc(0)
  // Who has read enough still has to answer: that must not close the call.
  for await (const chunk of stream.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>) {
    gathered = gathered.length === 0 ? chunk : Buffer.concat([gathered, chunk])
    while (gathered.length >= prefixBytes) {
      const end = prefixBytes + gathered.readUInt32BE(1)
      if (gathered.length < end) break
      yield gathered.subarray(prefixBytes, end)
      gathered = gathered.subarray(end)
    }
  }
}

const sender = (stream: ServerHttp2Stream): GrpcCall['send'] => {
  let room: Promise<void> | undefined
  return async (...messages) => {
    await room
    if (stream.destroyed) throw new ImmError('ENGINE_LOST', 'the builder ended the call')
    if (stream.write(Buffer.concat(messages.flatMap((content) => [prefixOf(content), content])))) return
    room ??= roomIn(stream).finally(() => (room = undefined))
    return room
  }
}

const roomIn = async (stream: ServerHttp2Stream): Promise<void> => {
  const {promise, resolve} = Promise.withResolvers<void>()
  stream.once('drain', resolve)
  stream.once('close', resolve)
  await promise
  stream.off('drain', resolve)
  stream.off('close', resolve)
}

const prefixOf = (content: Buffer): Buffer => {
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(content.length, 1)
  return prefix
}
