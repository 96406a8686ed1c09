import {bodyText} from './body-text.ts'
import {decodeBody} from './decode.ts'
import type {HarEntry, HarPair} from './har.ts'

/** One request with its answer, as they passed the proxy. */
export interface Exchange {
  /** ISO 8601 */
  time: string
  project: string
  environment: string
  app: string
  release: string | undefined
  method: string
  url: string
  /** `HTTP/1.1` */
  protocol: string
  /** name, value, name, value */
  requestHeaders: readonly string[]
  requestBody: Body
  status: number
  reason: string
  headers: readonly string[]
  body: Body
  waitMs: number
  ms: number
}

interface Body {
  bytes: number
  /** undefined: not kept */
  base64: string | undefined
}

/** Of an answer without its coding. */
const maxDecodedBytes = 4 * 1024 * 1024

export const entryOf = async (exchange: Exchange): Promise<HarEntry> => {
  const {method, url, protocol, requestBody, status, reason, body, waitMs, ms} = exchange
  const requestHeaders = pairsOf(exchange.requestHeaders)
  const headers = pairsOf(exchange.headers)
  const content = await contentOf(body, headers)
  const posted = await postDataOf(requestBody, requestHeaders)
  return {
    startedDateTime: exchange.time,
    time: ms,
    request: {
      method,
      url,
      httpVersion: protocol,
      cookies: valuesOf(requestHeaders, 'cookie').flatMap(cookiesOf),
      headers: requestHeaders,
      queryString: [...(URL.parse(url)?.searchParams ?? [])].map(([name, value]) => ({name, value})),
      ...(posted === undefined ? {} : {postData: posted}),
      headersSize: -1,
      bodySize: requestBody.bytes,
    },
    response: {
      status,
      statusText: reason,
      httpVersion: 'HTTP/1.1',
      cookies: valuesOf(headers, 'set-cookie').flatMap((text) => cookiesOf(text.split(';', 1)[0] ?? '')),
      headers,
      content,
      redirectURL: valuesOf(headers, 'location')[0] ?? '',
      headersSize: -1,
      bodySize: body.bytes,
    },
    cache: {},
    timings: {send: 0, wait: waitMs, receive: Math.max(0, Math.round((ms - waitMs) * 100) / 100)},
    _imm: {
      project: exchange.project,
      environment: exchange.environment,
      app: exchange.app,
      release: exchange.release,
    },
  }
}

type Content = HarEntry['response']['content']

const contentOf = async ({bytes, base64}: Body, headers: readonly HarPair[]): Promise<Content> => {
  const mimeType = valuesOf(headers, 'content-type')[0] ?? ''
  if (base64 === undefined) return {size: bytes, mimeType, comment: 'too long to be kept'}
  const coded = Buffer.from(base64, 'base64')
  const coding = valuesOf(headers, 'content-encoding').join(',')
  const decoded = await decodeBody(coded, coding, maxDecodedBytes)
  if (decoded === undefined)
    return {size: bytes, mimeType, comment: `content coding ${coding} could not be undone: the body is not kept`}
  const size = {size: decoded.length, ...(decoded.length === bytes ? {} : {compression: decoded.length - bytes})}
  const text = bodyText(decoded, mimeType)
  return text === undefined
    ? {...size, mimeType, text: decoded.toString('base64'), encoding: 'base64'}
    : {...size, mimeType, text}
}

const postDataOf = async (
  {bytes, base64}: Body,
  headers: readonly HarPair[],
): Promise<HarEntry['request']['postData']> => {
  if (bytes === 0) return undefined
  const mimeType = valuesOf(headers, 'content-type')[0] ?? ''
  if (base64 === undefined) return {mimeType, comment: 'too long to be kept'}
  const body = await decodeBody(
    Buffer.from(base64, 'base64'),
    valuesOf(headers, 'content-encoding').join(','),
    maxDecodedBytes,
  )
  if (body === undefined) return {mimeType, comment: 'its content coding could not be undone: it is not kept'}
  const text = bodyText(body, mimeType)
  return text === undefined ? {mimeType, text: body.toString('base64'), _encoding: 'base64'} : {mimeType, text}
}

const pairsOf = (raw: readonly string[]): HarPair[] =>
  Array.from({length: raw.length / 2}, (_, index) => ({name: raw[index * 2] ?? '', value: raw[index * 2 + 1] ?? ''}))
    // What HTTP/2 says of a request beside its fields is elsewhere in an entry.
    .filter(({name}) => !name.startsWith(':'))

const valuesOf = (headers: readonly HarPair[], name: string): string[] =>
  headers.flatMap((header) => (header.name.toLowerCase() === name ? [header.value] : []))

const cookiesOf = (text: string): HarPair[] =>
  text.split(';').flatMap((part) => {
    const [name = '', ...value] = part.split('=')
    return name.trim() === '' ? [] : [{name: name.trim(), value: value.join('=').trim()}]
  })
