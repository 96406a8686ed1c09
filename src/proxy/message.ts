import type {IncomingHttpHeaders, OutgoingHttpHeaders} from 'node:http'
import type {Socket} from 'node:net'
import type {Duplex} from 'node:stream'

/** What an exchange needs of a message, whatever its protocol: node:http's own have it, streams of HTTP/2 get it in h2/. */
interface Incoming {
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  readonly rawTrailers: string[]
  /** it came to its end and was not broken off */
  readonly complete: boolean
  /** `end` was there already: a stream that nobody reads ends as well where its body is empty */
  readonly readableEnded: boolean
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  once(event: 'end' | 'close' | 'error', listener: () => void): unknown
  pause(): unknown
  resume(): unknown
}

/** A client's request. */
export interface RequestIn extends Incoming {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly socket: Peer
  isPaused(): boolean
}

/** Who is on the other side of a client's connection. */
export interface Peer {
  readonly remoteAddress?: string | undefined
  /** where it connected to */
  readonly localAddress?: string | undefined
  /** by TLS */
  readonly encrypted?: boolean
}

/** An upstream's answer. */
export interface AnswerIn extends Incoming {
  readonly statusCode?: number | undefined
  readonly statusMessage?: string | undefined
}

/** The answer to a client. */
export interface AnswerOut {
  shouldKeepAlive: boolean
  readonly headersSent: boolean
  readonly statusCode: number
  readonly destroyed: boolean
  readonly writableEnded: boolean
  readonly writableFinished: boolean
  /** bytes that wait to be written */
  readonly writableLength: number
  setHeader(name: string, value: string): unknown
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown
  writeHead(status: number, reason: string | undefined, headers: string[]): unknown
  writeContinue(): unknown
  writeEarlyHints(hints: Record<string, string | string[]>): unknown
  flushHeaders(): unknown
  write(chunk: Buffer | string): boolean
  end(chunk?: Buffer): unknown
  end(text: string, encoding: 'latin1'): unknown
  addTrailers(trailers: [string, string][]): unknown
  /** An end that the client can tell from the answer's own. */
  destroy(): unknown
  /** Of HTTP/2: an end that says that nothing was done, so that the client may send it again (RFC 9113 8.7). */
  refuse?(): void
  on(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'close' | 'drain' | 'finish', listener: () => void): unknown
}

/** What comes before an upstream's answer (1xx). */
export interface Interim {
  statusCode: number
  statusMessage?: string
  rawHeaders: string[]
}

/** A request to an upstream. */
export interface RequestOut {
  readonly destroyed: boolean
  readonly reusedSocket: boolean
  readonly socket: Socket | null
  write(chunk: Buffer): boolean
  end(): unknown
  addTrailers(trailers: [string, string][]): unknown
  flushHeaders(): unknown
  destroy(error?: Error): unknown
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): this
  on(event: 'drain', listener: () => void): unknown
  on(event: 'information', listener: (interim: Interim) => void): unknown
  once(event: 'socket', listener: (socket: Socket) => void): unknown
  once(event: 'response', listener: (incoming: AnswerIn) => void): unknown
  once(event: 'upgrade', listener: (incoming: AnswerIn, socket: Socket, head: Buffer) => void): unknown
  once(event: 'continue' | 'close', listener: () => void): unknown
  removeAllListeners(event: 'error'): this
}

/** A request to switch protocols. */
export interface Upgrade {
  readonly socket: Duplex
  /** bytes of the new protocol that came with the head */
  readonly head: Buffer
  /** for an ordinary answer instead of the switch */
  readonly response: AnswerOut
  /** Tells the client that the upstream has switched; false: that upstream answered something else than it was asked. */
  switched(incoming: AnswerIn, fields: string[]): boolean
  /** Whether the client has ended its half by itself; of a reset stream Node's reader ends as well. */
  ended(): boolean
  /** An end that the client can tell from a clean one. */
  cut(): void
}
