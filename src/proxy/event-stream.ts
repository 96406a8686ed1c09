import type {ClientRequest, IncomingMessage} from 'node:http'

import {createEventBoundaries} from './event-boundaries.ts'
import type {Exchange} from './exchange.ts'
import {goesOn} from './long-lived.ts'
import type {BodyFilter} from './pass.ts'
import type {Upstream} from './upstream.ts'

/** Browsers wait 3 to 5 s before they ask again, unless they are told. */
const askAgainSoon = 'retry: 100\n\n'

/**
 * For an event stream that its client asks for again when it ends, as EventSource does: has it end between two messages. Undefined for all
 * else: whoever asked in another way, with a POST for instance, would take a part for the whole.
 */
export const passEvents = (
  exchange: Exchange,
  upstream: Upstream,
  outgoing: ClientRequest,
  incoming: IncomingMessage,
): BodyFilter | undefined => {
  if (!isEventStream(incoming) || !asksAgain(exchange.request)) return undefined
  const {route, response, inFlight} = exchange
  const boundaries = createEventBoundaries()
  let closing = false
  const finish = (): void => {
    if (exchange.over) return
    exchange.over = true
    response.end(askAgainSoon)
    outgoing.destroy()
  }
  goesOn(upstream, inFlight, {
    kind: 'events',
    close() {
      closing = true
      if (boundaries.atBoundary) finish()
    },
    cut() {
      if (boundaries.atBoundary || exchange.over) return finish()
      exchange.over = true
      route.counters.failed++
      outgoing.destroy()
      response.destroy()
    },
  })
  return {
    pass(chunk) {
      const taken = exchange.over ? 0 : boundaries.take(chunk, closing)
      return taken === chunk.length ? chunk : chunk.subarray(0, taken)
    },
    passed() {
      if (closing && boundaries.atBoundary) finish()
    },
  }
}

const isEventStream = ({statusCode, headers}: IncomingMessage): boolean => {
  const type = headers['content-type']
  if (type === undefined || !/^text\/event-stream\b/i.test(type)) return false
  // What is compressed, or of a known length, can't be ended early.
  const coding = headers['content-encoding'] ?? 'identity'
  return statusCode === 200 && coding === 'identity' && headers['content-length'] === undefined
}

const asksAgain = ({method, headers}: IncomingMessage): boolean =>
  method === 'GET' && (headers.accept?.includes('text/event-stream') ?? false)
