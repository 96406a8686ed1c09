import {keepAliveTimeoutMs} from '../limits.ts'
import {countAnswer} from '../tally.ts'
import {scanAnswer} from './answer-head.ts'
import type {PlainAnswer} from './answer-head.ts'
import {followChunks, newChunks, passedTrailers} from './chunks.ts'
import type {Chunks} from './chunks.ts'
import type {Client, UnderWay} from './client.ts'
import {dateLine} from './date.ts'

/** An answer on its way to the client. */
export interface Answer {
  readonly head: PlainAnswer
  /** bytes of the body to come; of no meaning with chunks */
  left: number
  readonly chunks: Chunks | undefined
  /** bytes came after its end */
  excess: boolean
  /** when its head came, by performance.now() */
  readonly sinceMs: number
}

/** `strange`: nothing was passed on, it is Node's to understand. */
export type Passed = 'more' | 'complete' | 'broken' | 'strange'

/** An answer up to this size leaves in one string, head and body. */
const oneWriteBytes = 16 * 1024

/** Passes on what the upstream says. */
export const passAnswer = (client: Client, underWay: UnderWay, bytes: Buffer): Passed => {
  if (underWay.answer !== undefined) return passBody(client, underWay, underWay.answer, bytes, 0)
  const {request, lane} = underWay
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, oneWriteBytes))
  const head = scanAnswer(text, request.method === 'HEAD')
  if (head === undefined) return 'strange'
  const sinceMs = performance.now()
  lane.tally.bytesIn += request.end - request.headEnd
  countAnswer(lane.tally, head.status, sinceMs - underWay.sentMs)
  const {headEnd, length} = head
  const answer: Answer = {
    head,
    left: length ?? 0,
    chunks: length === undefined ? newChunks() : undefined,
    excess: false,
    sinceMs,
  }
  underWay.answer = answer
  const headText = headForClient(head, lane.target.release, request.close || client.port.closing)
  if (length !== undefined && headEnd + length <= text.length) {
    const end = headEnd + length
    lane.tally.bytesOut += length
    answer.excess = bytes.length > end
    client.socket.write(headText + text.slice(headEnd, end), 'latin1')
    return 'complete'
  }
  if (bytes.length === headEnd) {
    client.socket.write(headText, 'latin1')
    return 'more'
  }
  client.socket.cork()
  client.socket.write(headText, 'latin1')
  const passed = passBody(client, underWay, answer, bytes, headEnd)
  client.socket.uncork()
  return passed
}

/** As headers.ts and Node's ServerResponse would write it. */
const headForClient = ({lines, hasDate, length}: PlainAnswer, release: string, close: boolean): string =>
  `${lines}x-imm-release: ${release}\r\n${hasDate ? '' : dateLine()}${close ? closeLine : keepLines}${
    length === undefined ? 'Transfer-Encoding: chunked\r\n\r\n' : '\r\n'
  }`

const closeLine = 'Connection: close\r\n'
const keepLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveTimeoutMs / 1000}\r\n`

const passBody = (client: Client, underWay: UnderWay, answer: Answer, bytes: Buffer, from: number): Passed => {
  const {tally} = underWay.lane
  const {chunks} = answer
  let complete: boolean
  let end: number
  if (chunks === undefined) {
    end = Math.min(bytes.length, from + answer.left)
    answer.left -= end - from
    tally.bytesOut += end - from
    complete = answer.left === 0
    client.socket.write(copyOf(bytes, from, end))
  } else {
    const cuts: number[] = []
    const before = chunks.dataBytes
    end = followChunks(chunks, bytes, from, cuts)
    tally.bytesOut += chunks.dataBytes - before
    if (chunks.at === 'broken') return 'broken'
    complete = chunks.at === 'done'
    if (cuts.length === 0) client.socket.write(copyOf(bytes, from, end))
    else for (const piece of passedPieces(chunks, cuts, bytes, from, end)) client.socket.write(piece)
  }
  if (complete) {
    answer.excess = end < bytes.length
    return 'complete'
  }
  return 'more'
}

const passedPieces = (chunks: Chunks, cuts: readonly number[], bytes: Buffer, from: number, end: number): Buffer[] => {
  const pieces: Buffer[] = []
  let begin = from
  for (let index = 0; index < cuts.length; index += 2) {
    pieces.push(copyOf(bytes, begin, cuts[index] as number))
    begin = cuts[index + 1] as number
  }
  // All of them, before the line that ends them.
  if (chunks.trailers !== '' && (chunks.at === 'last end' || chunks.at === 'done'))
    pieces.push(Buffer.from(passedTrailers(chunks.trailers), 'latin1'))
  pieces.push(copyOf(bytes, begin, end))
  return pieces.filter(({length}) => length > 0)
}

/** What is read next takes the place of the bytes; see link.ts. */
const copyOf = (bytes: Buffer, from: number, end: number): Buffer => Buffer.from(bytes.subarray(from, end))
