import {releaseHeader} from '../affinity.ts'
import {fieldLine, maxHeadBytes, maxLines, noteNames} from './grammar.ts'

/** The head of an answer that is understood completely. */
export interface PlainAnswer {
  readonly status: number
  /** status line and fields that are passed on */
  readonly lines: string
  readonly headEnd: number
  /** bytes of the body; undefined: it comes in chunks */
  readonly length: number | undefined
  readonly hasDate: boolean
  /** the upstream ends the connection afterwards */
  readonly close: boolean
  /** how long it keeps the connection, as far as it says so */
  readonly keepAliveMs: number | undefined
}

const head = new RegExp(String.raw`HTTP/1\.1 [2-5]\d\d [\t -~]*\r\n(?:${fieldLine})*\r\n`, 'y')

const isNoted = noteNames([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'trailer',
  'date',
  'content-type',
  releaseHeader,
])

/** The head at the beginning of the text, latin1; undefined where it is not all there, or not plain. `toHead`: of an answer to HEAD. */
export const scanAnswer = (text: string, toHead: boolean): PlainAnswer | undefined => {
  head.lastIndex = 0
  if (!head.test(text)) return undefined
  const headEnd = head.lastIndex
  if (headEnd > maxHeadBytes) return undefined
  const status = Number(text.slice(9, 12))
  const bodiless = toHead || status === 204 || status === 304
  let length: number | undefined
  let chunked = false
  let hasDate = false
  let connection: string | undefined
  let keepAliveMs: number | undefined
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
    switch (name) {
      case 'content-length':
        if (length !== undefined || !/^(?:0|[1-9]\d{0,14})$/.test(value)) return undefined
        length = Number(value)
        continue
      case 'transfer-encoding':
        if (chunked || value.toLowerCase() !== 'chunked') return undefined
        chunked = true
        break
      case 'connection':
        if (connection !== undefined) return undefined
        connection = value.toLowerCase()
        if (connection !== 'keep-alive' && connection !== 'close') return undefined
        break
      case 'keep-alive':
        keepAliveMs = keepAliveMsOf(value)
        break
      case 'upgrade':
      case 'trailer':
        return undefined
      case 'content-type':
        // A stream of events may have to be ended early: see exchange.ts.
        if (/^text\/event-stream/i.test(value)) return undefined
        continue
      case 'date':
        hasDate = true
        continue
      case 'proxy-connection':
      case releaseHeader:
        break
      default:
        continue
    }
    lines += text.slice(taken, at)
    taken = next
  }
  // Both at once, or a body up to the end of the connection.
  if (bodiless ? chunked : chunked === (length !== undefined)) return undefined
  return {
    status,
    lines: lines + text.slice(taken, headEnd - 2),
    headEnd,
    length: bodiless ? 0 : length,
    hasDate,
    close: connection === 'close',
    keepAliveMs,
  }
}

const keepAliveMsOf = (value: string): number | undefined => {
  const seconds = /^timeout=(\d{1,9})/.exec(value)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
