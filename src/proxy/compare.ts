import {promisify} from 'node:util'
import {brotliDecompress, unzip, zstdDecompress} from 'node:zlib'

import {maxComparedBytes} from './limits.ts'
import type {AnswerIn} from './message.ts'
import {shapeDifference} from './shape.ts'

/** What is known of an answer when it is over. */
export interface Seen {
  status: number
  /** of Content-Type, without parameters; empty where there is none */
  type: string
  /** coding of the content */
  coding: string
  /** of a JSON answer; undefined for others, and for one that is too long */
  body: Buffer | undefined
}

export interface Collecting {
  add(chunk: Buffer): void
  readonly bytes: number
  seen(): Seen
}

/** Keeps what is needed to compare an answer. */
export const collect = (incoming: AnswerIn): Collecting => {
  const {headers, statusCode = 0} = incoming
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const isJson = /[/+]json$/.test(type)
  const chunks: Buffer[] = []
  let bytes = 0
  return {
    add(chunk) {
      bytes += chunk.length
      if (isJson && bytes <= maxComparedBytes) chunks.push(chunk)
    },
    get bytes() {
      return bytes
    },
    seen: () => ({
      status: statusCode,
      type,
      coding: headers['content-encoding'] ?? 'identity',
      body: isJson && bytes > 0 && bytes <= maxComparedBytes ? Buffer.concat(chunks) : undefined,
    }),
  }
}

/** What differs, in words for each side; undefined where the candidate answered as the live one did. */
export const compareAnswers = async (
  live: Seen,
  candidate: Seen,
): Promise<{live: string; candidate: string} | undefined> => {
  // Which validators still hold depends on when each was started.
  if (live.status === 304 || candidate.status === 304) {
    const same = isFine(live.status) && isFine(candidate.status)
    return same ? undefined : {live: inWords(live), candidate: inWords(candidate)}
  }
  if (live.status !== candidate.status || live.type !== candidate.type)
    return {live: inWords(live), candidate: inWords(candidate)}
  if (live.body === undefined || candidate.body === undefined) return undefined
  const bodies = [await parsed(live), await parsed(candidate)] as const
  if (bodies[0] === notJson || bodies[1] === notJson) {
    if (bodies[0] === bodies[1]) return undefined
    const say = (body: unknown): string => (body === notJson ? ' that is not JSON' : '')
    return {live: inWords(live) + say(bodies[0]), candidate: inWords(candidate) + say(bodies[1])}
  }
  const {one, other} = shapeDifference(...bodies)
  if (one.length + other.length === 0) return undefined
  return {live: inWords(live) + having(one, other), candidate: inWords(candidate) + having(other, one)}
}

const isFine = (status: number): boolean => status === 304 || (status >= 200 && status < 300)

export const inWords = ({status, type}: Seen): string => `${status} ${type || 'without a content type'}`

const maxPaths = 5

const having = (own: readonly string[], others: readonly string[]): string => {
  const [word, paths] = own.length > 0 ? ['with', own] : ['without', others]
  const more = paths.length > maxPaths ? ` and ${paths.length - maxPaths} more` : ''
  return ` ${word} ${paths.slice(0, maxPaths).join(', ')}${more}`
}

const notJson = Symbol('not JSON')

const decoders: Readonly<Record<string, (body: Buffer, options: {maxOutputLength: number}) => Promise<Buffer>>> = {
  gzip: promisify(unzip),
  deflate: promisify(unzip),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
  identity: async (body) => body,
}

/** An unknown coding, or much in little, can't be compared: it counts as null, which is as everything is. */
const parsed = async ({body, coding}: Seen): Promise<unknown> => {
  const decode = decoders[coding.trim().toLowerCase()]
  if (body === undefined || decode === undefined) return null
  let text: string
  try {
    text = (await decode(body, {maxOutputLength: maxComparedBytes})).toString('utf8')
  } catch {
    return null
  }
  try {
    return JSON.parse(text) as unknown
  } catch {
    return notJson
  }
}
