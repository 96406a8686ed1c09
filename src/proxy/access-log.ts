import type {Exchange} from './exchange.ts'
import type {AnswerOut, RequestIn} from './message.ts'
import type {Upstream} from './upstream.ts'

/**
 * How a request ended. `failed`: the release gave no answer, or none that is HTTP (502); `broken-off`: half an answer; `cut`: by the drain's
 * deadline; `unavailable`: nothing live took it in time (503); `unrouted`: nothing is under its host and path;
 * `login`: it had to log in first (401, 403, 429).
 */
export type Outcome = 'ok' | 'client-gone' | 'failed' | 'broken-off' | 'cut' | 'unavailable' | 'unrouted' | 'login'

/** What is noted of a request on its way. */
export interface Account {
  /** performance.now() at its head; 0: nobody listened to the access log then */
  startMs: number
  /** x-request-id, from the first attempt on */
  id: string
  /** who was asked last */
  upstream: Upstream | undefined
  /** performance.now() when the answer began; 0 before */
  answeredMs: number
  /** over all waits */
  heldMs: number
  bytesIn: number
  bytesOut: number
  outcome: Outcome
}

/** One request, at its end. */
export interface AccessEntry {
  type: 'request'
  /** ISO 8601, of the end */
  time: string
  /** of what it was routed to; the release is the one that was asked last */
  project?: string
  environment?: string
  app?: string
  release: string | undefined
  method: string
  host: string
  path: string
  /** with its `?`; only for who asked for it, since it may hold what nobody else should read */
  query: string | undefined
  /** undefined: the client was gone before there was one */
  status: number | undefined
  protocol: string
  client: string
  /** as the application got it in x-request-id */
  id: string | undefined
  /** from its head to the head of the answer; undefined: there was none of a release's */
  firstByteMs: number | undefined
  ms: number
  bytesIn: number
  bytesOut: number
  /** how often it was sent to a release */
  attempts: number
  /** how long it waited for one */
  heldMs: number
  outcome: Outcome
}

type Listener = (entry: AccessEntry) => void

/** Tells of each request while somebody listens; otherwise a request costs it one look. */
export interface AccessLog {
  /** somebody listens: only requests that begin then are told of */
  readonly isOn: boolean
  tell(entry: AccessEntry): void
  listen(listener: Listener): Disposable
}

export const createAccessLog = (): AccessLog => {
  const listeners = new Set<Listener>()
  const log = {
    isOn: false,
    tell(entry: AccessEntry) {
      for (const listener of listeners) listener(entry)
    },
    listen(listener: Listener) {
      listeners.add(listener)
      log.isOn = true
      return {
        [Symbol.dispose]() {
          listeners.delete(listener)
          log.isOn = listeners.size > 0
        },
      }
    },
  }
  return log
}

/** Tells of a request on a route. To be called once, when nothing of it is under way any more. */
export const tellEnd = (access: AccessLog, exchange: Exchange): void => {
  const {route, request, response, upgraded, startMs, answeredMs, outcome} = exchange
  const {project, environment, app} = route.request
  const isWhole = upgraded || response.writableFinished
  access.tell({
    ...entryOf(request, exchange.clientAddress, startMs),
    project,
    environment,
    app,
    release: exchange.upstream?.target.release,
    status: statusOf(exchange),
    id: exchange.id === '' ? undefined : exchange.id,
    firstByteMs: answeredMs === 0 ? undefined : rounded(answeredMs - startMs),
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    attempts: exchange.sends,
    heldMs: rounded(exchange.heldMs),
    outcome: outcome === 'ok' && !isWhole ? 'client-gone' : outcome,
  })
}

/** Tells of a request that gets to no route, once it is answered. */
export const tellUnrouted = (
  access: AccessLog,
  request: RequestIn,
  response: AnswerOut,
  outcome: 'unrouted' | 'login' = 'unrouted',
): void => {
  const startMs = performance.now()
  const clientAddress = request.socket.remoteAddress ?? ''
  response.once('close', () => {
    access.tell({...entryOf(request, clientAddress, startMs), status: response.statusCode, outcome})
  })
}

const statusOf = ({upgraded, response}: Exchange): number | undefined => {
  if (upgraded) return 101
  return response.headersSent ? response.statusCode : undefined
}

const entryOf = (request: RequestIn, client: string, startMs: number): AccessEntry => {
  const {method = '', url = '', headers, httpVersion} = request
  const queryAt = url.indexOf('?')
  return {
    type: 'request',
    time: new Date().toISOString(),
    release: undefined,
    method,
    host: headers.host ?? '',
    path: queryAt < 0 ? url : url.slice(0, queryAt),
    query: queryAt < 0 ? undefined : url.slice(queryAt),
    status: undefined,
    protocol: `HTTP/${httpVersion}`,
    client,
    id: undefined,
    firstByteMs: undefined,
    ms: rounded(performance.now() - startMs),
    bytesIn: 0,
    bytesOut: 0,
    attempts: 0,
    heldMs: 0,
    outcome: 'ok',
  }
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10
