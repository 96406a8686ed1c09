import type {Answer} from './send.ts'

/** They differ between any two answers, say how one was carried, or follow from what is compared otherwise. */
const ignored = new Set([
  'age',
  'alt-svc',
  'cf-cache-status',
  'cf-ray',
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'etag',
  'expires',
  'keep-alive',
  'last-modified',
  'nel',
  'proxy-connection',
  'report-to',
  'server-timing',
  'set-cookie',
  'trailer',
  'traceparent',
  'transfer-encoding',
  'via',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'x-amzn-requestid',
  'x-amzn-trace-id',
  'x-cache',
  'x-cloud-trace-context',
  'x-correlation-id',
  'x-imm-release',
  'x-process-time',
  'x-request-id',
  'x-response-time',
  'x-runtime',
  'x-served-by',
  'x-timer',
  'x-trace-id',
])

const lists = new Set([
  'accept-ranges',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'allow',
  'cache-control',
  'vary',
])

/** What headers say, as it can be compared; `more` are left out as well. */
export const comparableHeaders = (
  answer: Answer,
  more: ReadonlySet<string>,
  neutral: (text: string) => string,
): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [name, value] of answer.headers)
    if (!ignored.has(name) && !more.has(name)) found.set(name, normalised(name, neutral(value)))
  if (!more.has('set-cookie'))
    for (const text of answer.setCookie) {
      const {name, attributes} = cookieOf(text)
      if (!more.has(`set-cookie ${name}`)) found.set(`set-cookie ${name}`, attributes)
    }
  return found
}

const normalised = (name: string, value: string): string => {
  const plain = value.trim().replaceAll(/\s+/g, ' ')
  if (lists.has(name)) return plain.toLowerCase().split(/ ?, ?/).toSorted().join(', ')
  if (name === 'content-type') return plain.toLowerCase().replaceAll(/ ?; ?/g, '; ').replaceAll('"', '')
  // Of another answer, whatever it protects.
  if (name.startsWith('content-security-policy')) return plain.replaceAll(/'nonce-[^']*'/g, "'nonce-…'")
  return plain
}

/** Its value is a session's; how long it lives is told in seconds, or by a time that moves. */
const cookieOf = (text: string): {name: string; attributes: string} => {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim())
  return {
    name: pair.split('=', 1)[0] ?? '',
    attributes: attributes
      .map((each) => each.replace(/^expires=.*/i, 'expires').replace(/^[^=]*/, (name) => name.toLowerCase()))
      .toSorted()
      .join('; '),
  }
}
