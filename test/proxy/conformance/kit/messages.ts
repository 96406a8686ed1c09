/** One HTTP/1.1 message as the strictest reader sees it. */
export interface Message {
  /** the request line or the status line */
  start: string
  /** name in lower case, then value, in order */
  fields: readonly (readonly [string, string])[]
  body: string
  trailers: readonly (readonly [string, string])[]
}

/** What a strict reader makes of bytes: whole messages, then either the rest of one that may yet come, or a fault. */
export interface Reading {
  messages: readonly Message[]
  /** begun, not whole */
  rest: string
  /** bytes that no strict reader takes */
  fault: string | undefined
}

class Fault extends Error {}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const requestLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [\x21-\x7e]+ HTTP\/1\.[01]$/
const statusLine = /^HTTP\/1\.[01] [1-9]\d{2} [\t\x20-\x7e\x80-\xff]*$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/
const unfinished = Symbol('unfinished')

/** RFC 9112 to the letter, without one leniency that it allows. Text is latin1. */
export const readRequests = (text: string): Reading =>
  readAll(text, (start) => requestLine.test(start) || fail(`request line ${JSON.stringify(start)}`), framingOfRequest)

/** `methods`: of the requests in order, since an answer to HEAD has no body. Ends at the end of the connection where `ended`. */
export const readResponses = (text: string, methods: readonly string[] = [], ended = true): Reading => {
  let answered = 0
  const framing: FramingOf = (start, fields) => {
    const status = Number(start.slice(9, 12))
    if (status === 101) return {kind: 'close'}
    if (status < 200) return {kind: 'none'}
    const method = methods[answered++] ?? 'GET'
    if (method === 'HEAD' || status === 204 || status === 304) return {kind: 'none'}
    const framed = framingOfRequest(start, fields)
    return framed.kind === 'none' && !fields.some(([name]) => name === 'content-length') ? {kind: 'close'} : framed
  }
  return readAll(
    text,
    (start) => statusLine.test(start) || fail(`status line ${JSON.stringify(start)}`),
    framing,
    ended,
  )
}

type Framing = {kind: 'none'} | {kind: 'length'; length: number} | {kind: 'chunked'} | {kind: 'close'}
type FramingOf = (start: string, fields: Message['fields']) => Framing

const framingOfRequest: FramingOf = (start, fields) => {
  const lengths = fields.filter(([name]) => name === 'content-length').map(([, value]) => value)
  const codings = fields.filter(([name]) => name === 'transfer-encoding').map(([, value]) => value)
  if (lengths.length + codings.length > 1) fail(`two framings in ${start}`)
  const [length] = lengths
  const [coding] = codings
  if (coding !== undefined && coding !== 'chunked') fail(`transfer coding ${JSON.stringify(coding)}`)
  if (coding !== undefined) return {kind: 'chunked'}
  if (length === undefined) return {kind: 'none'}
  if (!/^\d+$/.test(length)) fail(`length ${JSON.stringify(length)}`)
  return {kind: 'length', length: Number(length)}
}

const readAll = (text: string, checkStart: (start: string) => void, framingOf: FramingOf, ended = false): Reading => {
  const messages: Message[] = []
  let at = 0
  try {
    while (at < text.length) {
      const read = readOne(text, at, checkStart, framingOf, ended)
      if (read === unfinished) return {messages, rest: text.slice(at), fault: undefined}
      messages.push(read.message)
      at = read.end
    }
    return {messages, rest: '', fault: undefined}
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return {messages, rest: text.slice(at), fault: error.message}
  }
}

const readOne = (
  text: string,
  from: number,
  checkStart: (start: string) => void,
  framingOf: FramingOf,
  ended: boolean,
): {message: Message; end: number} | typeof unfinished => {
  const headEnd = text.indexOf('\r\n\r\n', from)
  if (headEnd < 0) return unfinished
  const [start = '', ...lines] = text.slice(from, headEnd).split('\r\n')
  checkStart(start)
  const fields = readFields(lines)
  const bodyAt = headEnd + 4
  const framing = framingOf(start, fields)
  const whole = (body: string, end: number, trailers: Message['trailers'] = []) => ({
    message: {start, fields, body, trailers},
    end,
  })
  switch (framing.kind) {
    case 'none':
      return whole('', bodyAt)
    case 'close':
      return ended ? whole(text.slice(bodyAt), text.length) : unfinished
    case 'length': {
      const end = bodyAt + framing.length
      return text.length < end ? unfinished : whole(text.slice(bodyAt, end), end)
    }
    case 'chunked': {
      const chunks = readChunks(text, bodyAt)
      return chunks === unfinished ? unfinished : whole(chunks.body, chunks.end, chunks.trailers)
    }
    default:
      return framing satisfies never
  }
}

const readFields = (lines: readonly string[]): Message['fields'] =>
  lines.map((line) => {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')
    if (!token.test(name) || !fieldValue.test(value)) fail(`field ${JSON.stringify(line)}`)
    return [name.toLowerCase(), value] as const
  })

const readChunks = (
  text: string,
  from: number,
): {body: string; end: number; trailers: Message['trailers']} | typeof unfinished => {
  let body = ''
  let at = from
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return unfinished
    const size = text.slice(at, lineEnd)
    // A proxy chunks anew: extensions are for one connection.
    if (!/^[0-9a-fA-F]{1,8}$/.test(size)) fail(`chunk size ${JSON.stringify(size)}`)
    const length = Number.parseInt(size, 16)
    at = lineEnd + 2
    if (length === 0) break
    if (text.length < at + length + 2) return unfinished
    if (text.slice(at + length, at + length + 2) !== '\r\n') fail('a chunk that does not end in CRLF')
    body += text.slice(at, at + length)
    at += length + 2
  }
  if (text.startsWith('\r\n', at)) return {body, end: at + 2, trailers: []}
  const end = text.indexOf('\r\n\r\n', at)
  if (end < 0) return unfinished
  return {body, end: end + 4, trailers: readFields(text.slice(at, end).split('\r\n'))}
}

const fail = (what: string): never => {
  throw new Fault(what)
}

/** The values of a field, in order. */
export const valuesOf = ({fields}: Pick<Message, 'fields'>, wanted: string): string[] =>
  fields.filter(([name]) => name === wanted).map(([, value]) => value)
