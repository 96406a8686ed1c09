import {Agent, request} from 'node:http'
import type {IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders} from 'node:http'
import {connect, createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'

import {shopHost} from './proxy.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  trailers: NodeJS.Dict<string>
}

export interface Ask {
  host?: string
  method?: string
  path?: string
  headers?: OutgoingHttpHeaders
  body?: string | Buffer
  agent?: Agent | false
  address?: string
  signal?: AbortSignal
}

/** One request through the proxy, over a connection of its own unless there is an agent. */
export const ask = async (port: number, options: Ask = {}): Promise<Answer> => {
  const response = await begin(port, options)
  let body = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  return {status: response.statusCode ?? 0, headers: response.headers, body, trailers: response.trailers}
}

/** Resolves with the head; the body is the caller's. */
export const begin = async (port: number, options: Ask = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const {host = shopHost, method = 'GET', path = '/', headers = {}, body, agent = false, signal} = options
    const outgoing = request({
      host: options.address ?? '127.0.0.1',
      port,
      method,
      path,
      headers: {host, ...headers},
      agent,
      ...(signal === undefined ? {} : {signal}),
    })
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })

export const keepAliveAgent = (t: ExecutionContext, maxSockets = Infinity): Agent => {
  const agent = new Agent({keepAlive: true, maxSockets})
  t.teardown(() => agent.destroy())
  return agent
}

/** A bare connection that has written `text`. */
export const rawConnection = (t: ExecutionContext, port: number, text: string | Buffer): Socket => {
  const socket = connect({port, host: '127.0.0.1', allowHalfOpen: true})
  t.teardown(() => socket.destroy())
  socket.on('error', () => undefined)
  socket.write(text)
  return socket
}

/**
 * The heads of the answers to many GETs over a few connections, for answers whose body is one byte: thousands of requests without a client
 * that costs more than the proxy.
 */
export const askMany = async (
  t: ExecutionContext,
  port: number,
  count: number,
  connections = 8,
): Promise<readonly string[]> => {
  const heads: string[] = []
  let left = count
  const client = async (): Promise<void> => {
    const text = `GET / HTTP/1.1\r\nHost: ${shopHost}\r\n\r\n`
    if (left-- <= 0) return
    const socket = rawConnection(t, port, text)
    let received = ''
    for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) {
      received += chunk
      const end = received.indexOf('\r\n\r\n')
      if (end < 0 || received.length < end + 5) continue
      heads.push(received.slice(0, end))
      received = ''
      if (left-- <= 0) break
      socket.write(text)
    }
  }
  await Promise.all(Array.from({length: connections}, client))
  return heads
}

/** All that comes back on a bare connection until the other side ends it. */
export const raw = async (t: ExecutionContext, port: number, text: string): Promise<string> =>
  readAll(rawConnection(t, port, text))

export const readAll = async (socket: Socket): Promise<string> => {
  let all = ''
  try {
    for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) all += chunk
  } catch {
    // A reset: what came is what counts.
  }
  return all
}

/** Waits for a condition; there is no event for what another process holds. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadlineMs = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`never came true: ${String(condition)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A port that nobody has at the moment. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
