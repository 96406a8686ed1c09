import {mayHaveOurs, releaseHeader, withoutAffinity} from '../affinity.ts'
import {isIdempotent, mirrorHeader, takesBody} from '../headers.ts'
import {fieldLine, maxHeadBytes, maxLines, noteNames} from './grammar.ts'

/** A request that is understood completely. */
export interface PlainRequest {
  readonly method: string
  readonly target: string
  readonly host: string
  readonly requestId: string | undefined
  /** request line and fields that are sent on */
  readonly lines: string
  readonly headEnd: number
  /** of head and body */
  readonly end: number
  /** a body that is not empty */
  readonly hasBody: boolean
  /** the client's last one */
  readonly close: boolean
  /** its method wants a length where it has none */
  readonly lacksLength: boolean
  /** may be sent twice (RFC 9110 9.2.2) */
  readonly repeatable: boolean
}

/** Longer messages go to Node. */
export const maxRequestBytes = 16 * 1024

// Of a target, what RFC 3986 allows and the brackets that everybody sends.
const head = new RegExp(
  String.raw`(?:GET|POST|HEAD|PUT|DELETE|PATCH|OPTIONS) /[!$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~]* HTTP/1\.1\r\n(?:${fieldLine})+\r\n`,
  'y',
)

const plainHost = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/

const isNoted = noteNames([
  'host',
  'content-length',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'forwarded',
  'x-request-id',
  releaseHeader,
  mirrorHeader,
  'cookie',
  // x-forwarded-*, of which only the short ones are told by their length
  ...Array.from({length: 20}, (_, more) => 'x'.repeat(12 + more)),
])

/** The message at the beginning of the text, latin1; undefined where it is not all there, or not plain. */
export const scanRequest = (text: string): PlainRequest | undefined => {
  head.lastIndex = 0
  if (!head.test(text)) return undefined
  const headEnd = head.lastIndex
  if (headEnd > maxHeadBytes) return undefined
  const method = text.slice(0, text.indexOf(' '))
  let host: string | undefined
  let length: string | undefined
  let requestId: string | undefined
  let connection: string | undefined
  let lines = ''
  let taken = 0
  let count = 0
  let next = text.indexOf('\r\n') + 2
  for (let at = next; at < headEnd - 2; at = next) {
    if (++count > maxLines) return undefined
    const colon = text.indexOf(':', at)
    next = text.indexOf('\r\n', colon) + 2
    if (!isNoted(colon - at, text.charCodeAt(at))) continue
    const name = text.slice(at, colon).toLowerCase()
    const value = text.slice(colon + 2, next - 2)
    let instead = ''
    switch (name) {
      case 'host':
        if (host !== undefined || !plainHost.test(value)) return undefined
        host = value
        continue
      case 'content-length':
        if (length !== undefined || !/^(?:0|[1-9]\d{0,4})$/.test(value)) return undefined
        length = value
        continue
      case 'connection':
        if (connection !== undefined) return undefined
        connection = value.toLowerCase()
        if (connection !== 'keep-alive' && connection !== 'close') return undefined
        break
      case 'transfer-encoding':
      case 'te':
      case 'trailer':
      case 'upgrade':
      case 'expect':
        return undefined
      case 'x-request-id':
        if (requestId !== undefined) return undefined
        requestId = value
        break
      case 'cookie': {
        if (!mayHaveOurs(value)) continue
        const others = withoutAffinity(value)
        if (others !== undefined) instead = `${text.slice(at, colon)}: ${others}\r\n`
        break
      }
      case 'keep-alive':
      case 'proxy-connection':
      case 'forwarded':
      case releaseHeader:
      case mirrorHeader:
        break
      default:
        // CGI, WSGI and PHP see `_` and `-` as one.
        if (name.startsWith('x_') || name.includes('forwarded_')) return undefined
        if (!name.startsWith('x-forwarded-')) continue
    }
    lines += text.slice(taken, at) + instead
    taken = next
  }
  if (host === undefined) return undefined
  const end = headEnd + (length === undefined ? 0 : Number(length))
  const close = connection === 'close'
  // More after what was to be the last one is Node's to refuse.
  if (close ? end !== text.length : end > text.length) return undefined
  return {
    method,
    target: text.slice(method.length + 1, text.indexOf(' ', method.length + 1)),
    host,
    requestId: requestId === '' ? undefined : requestId,
    lines: lines + text.slice(taken, headEnd - 2),
    headEnd,
    end,
    close,
    hasBody: end > headEnd,
    lacksLength: length === undefined && takesBody(method),
    repeatable: isIdempotent(method),
  }
}

/** The request as the upstream gets it, without its body; as headers.ts and Node would write it. */
export const headForUpstream = (
  {lines, host, lacksLength}: PlainRequest,
  clientAddress: string,
  requestId: string,
  kept: boolean,
): string =>
  `${lines}x-forwarded-for: ${clientAddress}\r\nx-forwarded-proto: http\r\nx-forwarded-host: ${host}\r\nx-request-id: ${requestId}\r\n${
    lacksLength ? 'Content-Length: 0\r\n' : ''
  }Connection: ${kept ? 'keep-alive' : 'close'}\r\n\r\n`
