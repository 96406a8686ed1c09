import {createHash} from 'node:crypto'
import {Agent as HttpAgent, request as httpRequest} from 'node:http'
import type {IncomingMessage} from 'node:http'
import {Agent as HttpsAgent, request as httpsRequest} from 'node:https'

import {decodeBody} from '../har/decode.ts'
import {lookup} from '../own-names.ts'
import {cookieJar} from './cookies.ts'
import {type ReplayLimits} from './limits.ts'
import type {ReplayRequest} from './requests.ts'
import type {ReplaySide} from './side.ts'

export interface Answer {
  status: number
  /** names in lower case; several of a name are joined, but for set-cookie */
  headers: ReadonlyMap<string, string>
  setCookie: readonly string[]
  /** without its coding; undefined: too long, or its coding is unknown */
  body: Buffer | undefined
  /** as it was sent */
  bytes: number
  sha256: string
  /** to the first byte */
  waitMs: number
}

/** No answer: `unreachable`: nothing was sent. */
export interface Failure {
  failure: string
  unreachable: boolean
}

export interface Sender extends Disposable {
  send(request: ReplayRequest, signal: AbortSignal): Promise<Answer | Failure>
}

/** Sends requests to a side, one after the other over one connection. */
export const senderTo = (side: ReplaySide, headers: Readonly<Record<string, string>>, limits: ReplayLimits): Sender => {
  const origin = new URL(side.origin)
  const isTls = origin.protocol === 'https:'
  const agent = new (isTls ? HttpsAgent : HttpAgent)({keepAlive: true, maxSockets: 1})
  const jar = cookieJar()
  const start = isTls ? httpsRequest : httpRequest
  const ask = async (request: ReplayRequest, signal: AbortSignal): Promise<Answer> => {
    const beganMs = performance.now()
    const outgoing = start({
      agent,
      host: side.connect?.host ?? origin.hostname.replace(/^\[(.*)\]$/, '$1'),
      lookup,
      port: side.connect?.port ?? (origin.port || (isTls ? 443 : 80)),
      ...(isTls ? {servername: origin.hostname} : {}),
      method: request.method,
      path: `${origin.pathname === '/' ? '' : origin.pathname.replace(/\/$/, '')}${request.target}`,
      headers: fieldsFor(request, origin, {...headers, ...(request.hasCookies ? cookieOf(jar.header()) : {})}),
      signal,
    })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve)
      outgoing.once('upgrade', (_, socket) => {
        socket.destroy()
        reject(new Error('it switched protocols unasked'))
      })
      outgoing.on('error', reject)
    })
    outgoing.end(request.body)
    const incoming = await answered
    const answer = await answerOf(incoming, performance.now() - beganMs, limits)
    jar.take(answer.setCookie)
    return answer
  }
  return {
    async send(request, signal) {
      const timeout = AbortSignal.timeout(limits.requestMs)
      const both = AbortSignal.any([signal, timeout])
      try {
        return await ask(request, both).catch(async (error: unknown) => {
          // It closed a connection that was idle: nobody's fault, and what may be repeated is.
          if (both.aborted || !isReset(error) || request.method === 'POST' || request.method === 'PATCH') throw error
          return ask(request, both)
        })
      } catch (error) {
        signal.throwIfAborted()
        if (timeout.aborted) return {failure: `no answer within ${limits.requestMs / 1000} s`, unreachable: false}
        const {code = '', syscall = '', message} = single(error) as NodeJS.ErrnoException
        const unreachable = syscall === 'connect' || syscall === 'getaddrinfo' || /CERT|TLS|SSL|SELF_SIGNED/.test(code)
        return {failure: code === '' || unreachable ? message : `it broke off (${code})`, unreachable}
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** Of a name with several addresses each has its own. */
const single = (error: unknown): unknown =>
  error instanceof AggregateError && error.errors.length > 0 ? single(error.errors[0]) : error

const isReset = (error: unknown): boolean => {
  const {code, syscall} = error as NodeJS.ErrnoException
  return syscall !== 'connect' && (code === 'ECONNRESET' || code === 'EPIPE')
}

const cookieOf = (header: string | undefined): Record<string, string> => (header === undefined ? {} : {cookie: header})

const decodable = /^(?:\s*(?:gzip|x-gzip|deflate|br|zstd|identity|\*)\s*(?:;\s*q=[\d.]+\s*)?,?)*$/i

const fieldsFor = (
  {headers, body, origin: recorded}: ReplayRequest,
  {origin, host}: URL,
  more: Readonly<Record<string, string>>,
): string[] => {
  const instead = new Set(Object.keys(more).map((name) => name.toLowerCase()))
  const fields = ['host', host]
  for (const {name, value} of headers) {
    if (instead.has(name.toLowerCase())) continue
    if (/^accept-encoding$/i.test(name) && !decodable.test(value)) continue
    // Who checks where a request comes from means its own origin.
    fields.push(name, /^(?:origin|referer)$/i.test(name) ? value.replace(recorded, () => origin) : value)
  }
  for (const [name, value] of Object.entries(more)) fields.push(name, value)
  if (body !== undefined) fields.push('content-length', String(body.length))
  return fields
}

const answerOf = async (incoming: IncomingMessage, waitMs: number, limits: ReplayLimits): Promise<Answer> => {
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
    if (bytes <= limits.bodyBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  const headers = new Map<string, string>()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers.set(name, (values ?? []).join(', '))
  const coding = headers.get('content-encoding') ?? ''
  const body = bytes > limits.bodyBytes ? undefined : await decodeBody(Buffer.concat(chunks), coding, limits.bodyBytes)
  return {
    status: incoming.statusCode ?? 0,
    headers,
    setCookie: incoming.headers['set-cookie'] ?? [],
    body,
    bytes,
    // Of the content: how it is packed is the server's choice.
    sha256: body === undefined ? hash.digest('hex') : createHash('sha256').update(body).digest('hex'),
    waitMs,
  }
}
