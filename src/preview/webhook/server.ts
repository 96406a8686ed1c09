import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

import {ImmError} from '../../errors.ts'
import {isSystemError} from '../../socket/system-error.ts'
import {receive, type Receipt, type Receiver} from './receive.ts'

export interface WebhookServer extends AsyncDisposable {
  port: number
}

export interface WebhookOptions extends Receiver {
  /** on 127.0.0.1; 0: any */
  port: number
  onReceipt(receipt: Receipt): void
  onBug(error: unknown): void
  /** for head and body together */
  requestTimeoutMs?: number
}

const mostConnections = 64

/** Receives webhooks on this machine alone: who is elsewhere needs a tunnel, or a proxy in front. */
export const listenForWebhooks = async (options: WebhookOptions, signal: AbortSignal): Promise<WebhookServer> => {
  signal.throwIfAborted()
  const {requestTimeoutMs = 10_000} = options
  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      keepAliveTimeout: 1000,
      connectionsCheckingInterval: Math.min(1000, requestTimeoutMs),
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => void handle(request, response, options),
  )
  server.maxConnections = mostConnections
  await listen(server, options.port)
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}

const handle = async (request: IncomingMessage, response: ServerResponse, options: WebhookOptions): Promise<void> => {
  try {
    const receipt = await receive(request, options)
    options.onReceipt(receipt)
    answer(response, receipt)
  } catch (error) {
    options.onBug(error)
    answer(response, {status: 500, message: 'imm could not take it in; send it again'})
  }
}

const listen = async (server: Server, port: number): Promise<void> => {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  } catch (error) {
    if (!isSystemError(error, 'EADDRINUSE', 'EACCES')) throw error
    throw new ImmError('PORT_IN_USE', `Port ${port} for webhooks can't be had.`, {cause: error})
  }
}

const answer = (response: ServerResponse, {status, message}: Receipt): void => {
  // What was not read of a body is not waited for.
  const done = status === 202 || status === 409
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(done ? {} : {connection: 'close'}),
    ...(status === 405 ? {allow: 'POST'} : {}),
  })
  response.end(`${JSON.stringify({message})}\n`, () => {
    if (!done) response.socket?.destroySoon()
  })
}
