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

/** What a client and an upstream saw of an exchange, but for what is never twice the same. */
export interface Seen {
  messages: readonly string[]
  received: string
  /** the proxy has ended the connection */
  ended: boolean
}

export interface BothPaths {
  readonly fast: Path
  readonly node: Path
  /** Both get the pieces, on a connection of their own; their upstreams answer each message with `answer`. `first`: a request that has its answer before. */
  exchange(pieces: readonly string[], answer?: Recorder['answer'], first?: string): Promise<{fast: Seen; node: Seen}>
  /** Their upstreams are another release from now on: no connection is kept. */
  flip(generation: number): Promise<void>
  counts(): {fast: ReleaseCounts | undefined; node: ReleaseCounts | undefined}
}

/** One proxy with the fast path and one without, each with an upstream by hand. */
export const startBothPaths = async (t: ExecutionContext): Promise<BothPaths> => {
  const start = async (plainHttp1: 'fast' | 'node'): Promise<Path> => {
    const recorder = await startRecorder(t)
    const test = await startTestProxy(t, {}, plainHttp1)
    await test.flip(targetAt(recorder.port, 1))
    return {recorder, test}
  }
  const [fast, node] = [await start('fast'), await start('node')]
  return {
    fast,
    node,
    async exchange(pieces, answer = {pieces: [ok], end: false}, first = '') {
      const [ofFast, ofNode] = [begin(fast, pieces, answer, first), begin(node, pieces, answer, first)]
      let before = ''
      let changedMs = performance.now()
      for (;;) {
        await sleep(2)
        const seen = {fast: ofFast.seen(), node: ofNode.seen()}
        const now = JSON.stringify(seen)
        if (now !== before) changedMs = performance.now()
        before = now
        // Where they differ, one may only be slow; where nothing has come, both may.
        const isSame = JSON.stringify(seen.fast) === JSON.stringify(seen.node)
        const enoughMs = isSame ? (seen.fast.ended ? 0 : seen.fast.received === '' ? lostRetryMs * 2 : 15) : 1000
        if (performance.now() - changedMs < enoughMs) continue
        ofFast.end()
        ofNode.end()
        return seen
      }
    },
    async flip(generation) {
      for (const {test, recorder} of [fast, node]) await test.flip(targetAt(recorder.port, generation))
    },
    counts: () => ({fast: fast.test.proxy.counts(shop)?.[0], node: node.test.proxy.counts(shop)?.[0]}),
  }
}

const begin = (
  {recorder, test}: Path,
  pieces: readonly string[],
  answer: Recorder['answer'],
  first: string,
): {seen: () => Seen; end: () => void} => {
  recorder.messages.length = 0
  recorder.answer = answer
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
    seen: () => ({
      // Node sends on all that come at once, the fast path one after the other.
      messages: recorder.messages
        .map((message) => message.replaceAll(/(\r\nx-request-id: )[a-z\d]+-[a-z\d]+\r\n/g, '$1own\r\n'))
        .toSorted(),
      received: unchunked(received)
        .replaceAll(/\r\nDate: [^\r\n]*/g, '\r\nDate: now')
        .replaceAll(`:${test.port}"`, '"'),
      ended,
    }),
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
