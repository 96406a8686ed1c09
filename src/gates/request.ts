import {request as httpRequest, type IncomingMessage} from 'node:http'

import type {GateAnswer, Gates} from '../lifecycle/ports.ts'

const longestBodyBytes = 4 * 2 ** 20

/** One request over a connection of its own; the body is read whole, as UTF-8. */
export const request: Gates['request'] = async (
  {host, port},
  {method, path, headers, body},
  timeoutMs,
  signal,
): Promise<GateAnswer> => {
  signal.throwIfAborted()
  const late = AbortSignal.timeout(timeoutMs)
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
  try {
    const outgoing = httpRequest({
      host,
      port,
      method,
      path,
      // Frameworks that check the Host header take this one.
      headers: {host: 'localhost', accept: '*/*', 'user-agent': 'imm-check', ...lowerCase(headers), ...lengthOf(body)},
      agent: false,
      signal: AbortSignal.any([signal, late]),
    })
    outgoing.once('response', resolve).on('error', reject)
    outgoing.end(body)
    const answer = await promise
    const text = await readBody(answer)
    if (text === undefined)
      return {outcome: 'failed', detail: `the body is longer than ${longestBodyBytes / 2 ** 20} MiB`}
    return {outcome: 'answer', status: answer.statusCode ?? 0, headers: headersOf(answer), body: text}
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) return {outcome: 'failed', detail: `no answer within ${timeoutMs / 1000} s`}
    return {outcome: 'failed', detail: failure(error as NodeJS.ErrnoException)}
  }
}

/** Undefined where it is too long; its connection is closed then. */
const readBody = async (answer: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > longestBodyBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const headersOf = ({headersDistinct}: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]))

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** Said in advance: not every server takes a body in chunks. */
const lengthOf = (body: string | undefined): Record<string, string> =>
  body === undefined ? {} : {'content-length': String(Buffer.byteLength(body))}

const failure = ({code = '', message}: NodeJS.ErrnoException): string => {
  if (code.startsWith('HPE_')) return `its answer is not HTTP (${message})`
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was closed before the answer was whole'
    default:
      return message
  }
}
