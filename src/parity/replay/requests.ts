import {ImmError} from '../../errors.ts'
import type {Har, HarEntry} from '../har/har.ts'
import {redacted} from '../har/redact/marker.ts'
import {endpointOf} from './endpoint.ts'
import {matchesPath} from './glob.ts'

/** One request of a recording, as it can be sent to either side. */
export interface ReplayRequest {
  method: string
  /** path and query */
  target: string
  endpoint: string
  /** those that say something to an application */
  headers: readonly {name: string; value: string}[]
  body: Buffer | undefined
  /** it came with cookies */
  hasCookies: boolean
  /** where it was sent when it was recorded: `http://shop.localhost:7070` */
  origin: string
}

export interface Requests {
  requests: readonly ReplayRequest[]
  /** what of the recording is not sent, and why */
  skipped: readonly {reason: string; count: number}[]
}

export const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Of a browser's recording only what went to the application itself. REPLAY_FAILED where nothing is left to send. */
export const requestsOf = (
  {entries}: Har,
  {methods, ignoredPaths}: {methods: readonly string[]; ignoredPaths: readonly string[]},
): Requests => {
  const origin = mainOrigin(entries)
  const skipped = new Map<string, number>()
  const requests = entries.flatMap((entry) => {
    const reason = reasonToSkip(entry, {origin, methods, ignoredPaths})
    if (reason === undefined) return [requestOf(entry)]
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
    return []
  })
  const reasons = [...skipped].map(([reason, count]) => ({reason, count}))
  if (requests.length === 0) {
    const why = reasons.map(({reason, count}) => `${count} ${reason}`).join(', ') || 'it is empty'
    throw new ImmError('REPLAY_FAILED', `nothing of the recording can be sent: ${why}`, {
      next: 'Record requests that may be sent again: `imm record`.',
    })
  }
  return {requests, skipped: reasons}
}

interface Wish {
  origin: string
  methods: readonly string[]
  ignoredPaths: readonly string[]
}

const reasonToSkip = (
  {request, response, ...more}: HarEntry,
  {origin, methods, ignoredPaths}: Wish,
): string | undefined => {
  const url = URL.parse(request.url)
  if (url === null || !/^https?:$/.test(url.protocol)) return 'not HTTP'
  if (url.origin !== origin) return `to other hosts than ${new URL(origin).host}`
  if (response.status === 0) return 'without an answer'
  if (response.status === 101 || more['_webSocketMessages'] !== undefined) return 'that switch protocols'
  if (response.content.mimeType.startsWith('text/event-stream')) return 'for streams of events'
  if (!methods.includes(request.method.toUpperCase())) return `with ${request.method.toUpperCase()}`
  if (ignoredPaths.some((pattern) => matchesPath(pattern, url.pathname))) return 'to ignored paths'
  if (request.postData !== undefined && request.postData.text === undefined && !request.postData.params?.length)
    return 'whose body was not kept'
  return undefined
}

/** The one that most requests went to, of as many the first. */
const mainOrigin = (entries: readonly HarEntry[]): string => {
  const counts = new Map<string, number>()
  for (const {request} of entries) {
    const url = URL.parse(request.url)
    if (url !== null && /^https?:$/.test(url.protocol)) counts.set(url.origin, (counts.get(url.origin) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'http://localhost'
}

// Of the connection; of proxies; what makes an answer depend on what the client has; and what the sender says itself.
const notSent =
  /^(?::.*|host|connection|keep-alive|proxy-.*|transfer-encoding|te|trailer|upgrade|expect|content-length|cookie|forwarded|via|x-forwarded-.*|x-real-ip|x-request-id|x-imm-.*|traceparent|tracestate|if-.*|range|priority|alt-used)$/i

const requestOf = ({request}: HarEntry): ReplayRequest => {
  const {origin, pathname, search} = new URL(request.url)
  const method = request.method.toUpperCase()
  return {
    method,
    target: `${pathname}${search}`,
    endpoint: endpointOf(method, pathname),
    headers: request.headers
      .filter(({name, value}) => !notSent.test(name) && !value.includes(redacted))
      .map(({name, value}) => ({name, value})),
    body: bodyOf(request.postData),
    hasCookies: request.headers.some(({name}) => name.toLowerCase() === 'cookie') || request.cookies.length > 0,
    origin,
  }
}

const bodyOf = (posted: HarEntry['request']['postData']): Buffer | undefined => {
  if (posted === undefined) return undefined
  if (posted.text !== undefined) return Buffer.from(posted.text, posted['_encoding'] === 'base64' ? 'base64' : 'utf8')
  const form = new URLSearchParams((posted.params ?? []).map(({name, value = ''}): [string, string] => [name, value]))
  return Buffer.from(form.toString())
}
