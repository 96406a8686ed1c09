import {request} from 'node:http'
import type {IncomingMessage} from 'node:http'

import {ImmBug} from '../errors.ts'
import {isSystemError} from './system-error.ts'
import {fromWire} from './wire.ts'

export interface SocketCall {
  socketPath: string
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** starts with `/` */
  path: string
  body?: unknown
  /** how long the answer may take */
  timeoutMs: number
}

/** The process behind the socket is not there, or died during the call. */
export const isSocketLost = (error: unknown): boolean =>
  isSystemError(error, 'ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'ENOTSOCK')

/** The process behind the socket is there and does not answer. */
export const isSocketSilent = (error: unknown): boolean => isSystemError(error, 'ETIMEDOUT')

/** One call: the answer's JSON, undefined for 404. ImmErrors of the other side are thrown here as what they were. */
export const callSocket = async (call: SocketCall, signal: AbortSignal): Promise<unknown> => {
  const body = await callForText(call, signal)
  return body === undefined ? undefined : parse(body)
}

/** The same for an answer that is no JSON. */
export const callForText = async (call: SocketCall, signal: AbortSignal): Promise<string | undefined> => {
  const timeout = AbortSignal.timeout(call.timeoutMs)
  const {status, body} = await answerTo(call, AbortSignal.any([signal, timeout])).catch((error: unknown) => {
    signal.throwIfAborted()
    if (timeout.aborted) throw silent(call)
    throw error
  })
  if (status === 200) return body
  if (status === 404) return undefined
  throw (
    fromWire(parse(body)) ??
    new ImmBug(`${call.method} ${call.path} was answered with ${status}: ${body.slice(0, 2000)}`)
  )
}

const answerTo = async (call: SocketCall, signal: AbortSignal): Promise<{status: number; body: string}> => {
  const response = await send(call, signal)
  return {status: response.statusCode ?? 0, body: await readAll(response)}
}

/** The lines of a held call, until the other side ends it. A death of the other side rejects as `isSocketLost`. */
export const socketLines = async function* (
  call: Omit<SocketCall, 'timeoutMs'>,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const response = await send(call, signal)
  response.setEncoding('utf8')
  let rest = ''
  try {
    for await (const text of response as AsyncIterable<string>) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield parse(line)
    }
  } catch (error) {
    // An aborted call is reset, too: not a death of the other side.
    signal.throwIfAborted()
    throw error
  }
}

const silent = ({socketPath, timeoutMs}: SocketCall): Error =>
  Object.assign(new Error(`no answer on ${socketPath} within ${timeoutMs} ms`), {code: 'ETIMEDOUT'})

const send = async (call: Omit<SocketCall, 'timeoutMs'>, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body))
    const outgoing = request({
      socketPath: call.socketPath,
      method: call.method,
      path: call.path,
      agent: false,
      signal,
      headers: body === undefined ? {} : {'content-type': 'application/json', 'content-length': body.length},
    })
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })

const readAll = async (response: IncomingMessage): Promise<string> => {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response as AsyncIterable<string>) text += chunk
  return text
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new ImmBug('the answer on the socket is no JSON', {cause})
  }
}
