import {connect} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'

import type {ExecutionContext} from 'ava'

import type {ReleaseCounts} from '../../../src/lifecycle/ports.ts'
import {lostRetryMs} from '../../../src/proxy/limits.ts'
import {shop, shopHost, startTestProxy} from './proxy.ts'
import type {TestProxy} from './proxy.ts'
import {ok, startRecorder, writePieces} from './recorder.ts'
import type {Recorder} from './recorder.ts'
import {targetAt} from './upstream.ts'

interface Path {
  readonly recorder: Recorder
  readonly test: TestProxy
}

/** What a client, an upstream and the counts saw of an exchange, but for what is never twice the same. */
export interface Seen {
  messages: readonly string[]
  received: string
  /** the proxy has ended the connection */
  ended: boolean
  counts: Pick<ReleaseCounts, 'requests' | 'failures' | 'serverErrors' | 'bytesIn' | 'bytesOut' | 'inFlight'>
  failed: number
}

export interface BothPaths {
  /**
   * Both get the pieces, on a connection of their own; their upstreams answer each message with `answer`, and have kept no connection from
   * before. `first`: a request that has its answer before.
   */
  exchange(pieces: readonly string[], answer?: Recorder['answer'], first?: string): Promise<{fast: Seen; node: Seen}>
}

/** One proxy with the fast path and one without, each with an upstream by hand. */
export const startBothPaths = async (t: ExecutionContext): Promise<BothPaths> => {
  const start = async (plainHttp1: 'fast' | 'node'): Promise<Path> => ({
    recorder: await startRecorder(t),
    test: await startTestProxy(t, {}, {}, plainHttp1),
  })
  const paths = [await start('fast'), await start('node')] as const
  let generation = 0
  const once = async (
    pieces: readonly string[],
    answer: Recorder['answer'],
    first: string,
  ): Promise<{fast: Seen; node: Seen}> => {
    generation++
    for (const {test, recorder} of paths) await test.flip(targetAt(recorder.port, generation))
    const [fast, node] = [begin(paths[0], pieces, answer, first), begin(paths[1], pieces, answer, first)]
    let before = ''
    let changedMs = performance.now()
    for (;;) {
      await sleep(2)
      const seen = {fast: fast.seen(), node: node.seen()}
      const now = JSON.stringify(seen)
      if (now !== before) changedMs = performance.now()
      before = now
      // Where nothing has come, both may be slow; where they differ, one of them.
      const {received, ended} = seen.fast
      const enoughMs = isSame(seen) ? (ended ? 0 : received === '' ? lostRetryMs * 2 : 15) : 1000
      if (performance.now() - changedMs < enoughMs) continue
      fast.end()
      node.end()
      return seen
    }
  }
  return {
    async exchange(pieces, answer = {pieces: [ok], end: false}, first = '') {
      const seen = await once(pieces, answer, first)
      return isSame(seen) ? seen : once(pieces, answer, first)
    },
  }
}

const isSame = ({fast, node}: {fast: Seen; node: Seen}): boolean => JSON.stringify(fast) === JSON.stringify(node)

const begin = (
  {recorder, test}: Path,
  pieces: readonly string[],
  answer: Recorder['answer'],
  first: string,
): {seen: () => Seen; end: () => void} => {
  recorder.messages.length = 0
  recorder.answer = answer
  const failedBefore = test.proxy.routes()[0]?.failed ?? 0
  const socket = connect({port: test.port, host: '127.0.0.1', allowHalfOpen: true})
  let received = ''
  let ended = false
  socket.on('error', () => undefined)
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
  })
  socket.once('close', () => (ended = true))
  socket.once('end', () => (ended = true))
  if (first === '') void writePieces(socket, pieces)
  else {
    socket.write(first)
    socket.once('data', () => {
      received = ''
      recorder.messages.length = 0
      void writePieces(socket, pieces)
    })
  }
  return {
    seen() {
      const {
        requests = 0,
        failures = 0,
        serverErrors = 0,
        bytesIn = 0,
        bytesOut = 0,
        inFlight = 0,
      } = test.proxy.counts(shop)?.[0] ?? {}
      return {
        // Node sends on all that come at once, the fast path one after the other.
        messages: recorder.messages
          .map((message) => message.replaceAll(/(\r\nx-request-id: )[a-z\d]+-[a-z\d]+\r\n/g, '$1own\r\n'))
          .toSorted(),
        received: unchunked(received)
          .replaceAll(/\r\nDate: [^\r\n]*/g, '\r\nDate: now')
          .replaceAll(`:${test.port}"`, '"'),
        ended,
        counts: {requests, failures, serverErrors, bytesIn, bytesOut, inFlight},
        failed: (test.proxy.routes()[0]?.failed ?? 0) - failedBefore,
      }
    },
    end: () => socket.destroy(),
  }
}

/** Node cuts chunks anew; what they hold is the same, and of those that break off, that they do. */
const unchunked = (text: string): string => {
  const [, head, chunks] = /^([^]*?\r\nTransfer-Encoding: chunked\r\n\r\n)([^]*)$/.exec(text) ?? []
  if (head === undefined || chunks === undefined) return text
  let data = ''
  let at = 0
  for (;;) {
    const size = /^([\da-f]+)\r\n/i.exec(chunks.slice(at, at + 20))
    if (size === null) return `${head}...`
    at += size[0].length
    const length = Number.parseInt(size[1] as string, 16)
    if (length === 0)
      return /^(?:[^\r\n]+\r\n)*\r\n/.test(chunks.slice(at)) ? `${head}${data}|${chunks.slice(at)}` : `${head}...`
    data += chunks.slice(at, at + length)
    at += length + 2
  }
}

/** A head with the usual Host. */
export const headOf = (line: string, ...fields: string[]): string =>
  `${[line, `Host: ${shopHost}`, ...fields].join('\r\n')}\r\n\r\n`

/** A table in parts that can be gone through at the same time, each with its title. */
export const partsOf = (table: Readonly<Record<string, string>>): {title: string; part: [string, string][]}[] => {
  const all = Object.entries(table)
  const size = Math.ceil(all.length / 6)
  return Array.from({length: 6}, (_, index) => ({
    title: `${index + 1} of 6`,
    part: all.slice(index * size, (index + 1) * size),
  }))
}
