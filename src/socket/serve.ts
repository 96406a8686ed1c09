import {chmod} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {IncomingMessage, Server, ServerResponse} from 'node:http'

import {ImmError, isImmError} from '../errors.ts'
import {toWire} from './wire.ts'

/** Bodies are small records; a larger one is a mistake. */
export const maxBodyBytes = 1024 * 1024

export interface SocketRequest {
  method: string
  /** segments of the path, decoded: `/v1/routes/shop` is `['v1', 'routes', 'shop']` */
  segments: readonly string[]
  query: URLSearchParams
  /** parsed JSON; undefined without a body */
  body: unknown
  /** aborts when the caller goes away */
  signal: AbortSignal
}

/**
 * What to answer: JSON, a text, a stream of JSON lines that stays open until `lines` resolves (`waitingBytes`: what its reader has not taken), or
 * nothing at all: to the caller this process is lost.
 */
export type SocketAnswer =
  | {status: number; json: unknown}
  | {text: string; type: string}
  | {lines: (write: (line: unknown) => void, waitingBytes: () => number) => Promise<void>}
  | {lost: true}

export type SocketHandler = (request: SocketRequest) => Promise<SocketAnswer>

/** Says that nothing is under this path. */
export const notFound: SocketAnswer = {
  status: 404,
  json: {error: {code: 'NOT_FOUND', message: 'nothing under this path'}},
}

/** An HTTP + JSON server for a unix socket. `onBug` hears of errors that are no ImmErrors. */
export const socketServer = (handle: SocketHandler, onBug: (error: unknown) => void): Server => {
  const server = createServer({requestTimeout: 0}, (request, response) => {
    answer(handle, request, response).catch((error: unknown) => {
      if (!isImmError(error)) onBug(error)
      if (response.headersSent) response.destroy()
      else sendError(response, error)
    })
  })
  return server
}

/** Listens with mode 0600: the directory keeps others out already, the mode where it is shared. */
export const listenOnSocket = async (server: Server, socketPath: string): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => {
      server.off('error', reject)
      resolve()
    })
  })
  if (process.platform !== 'win32') await chmod(socketPath, 0o600)
}

const answer = async (handle: SocketHandler, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const {pathname, searchParams} = new URL(request.url ?? '/', 'http://socket')
  const result = await handle({
    method: request.method ?? 'GET',
    segments: pathname.split('/').slice(1).map(decodeURIComponent),
    query: searchParams,
    body: await readJson(request),
    signal: gone.signal,
  })
  if ('json' in result) return sendJson(response, result.status, result.json)
  if ('lost' in result) return void request.socket.destroy()
  if ('text' in result) return send(response, 200, result.type, result.text)
  response.writeHead(200, {'content-type': 'application/x-ndjson'})
  await result.lines(
    (line) => response.write(`${JSON.stringify(line)}\n`),
    () => response.writableLength,
  )
  response.end()
}

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw new ImmError('USAGE', `the body is larger than ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  if (bytes === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown
  } catch (cause) {
    throw new ImmError('USAGE', 'the body is no JSON', {cause})
  }
}

const sendError = (response: ServerResponse, error: unknown): void => {
  if (isImmError(error)) return sendJson(response, error.code === 'USAGE' ? 400 : 409, toWire(error))
  sendJson(response, 500, {
    error: {code: 'BUG', message: error instanceof Error ? (error.stack ?? error.message) : String(error)},
  })
}

const sendJson = (response: ServerResponse, status: number, json: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(json ?? null))

const send = (response: ServerResponse, status: number, type: string, text: string): void => {
  const body = Buffer.from(text)
  response.writeHead(status, {'content-type': type, 'content-length': body.length})
  response.end(body)
}
