import {notFound} from '../../socket/serve.ts'
import type {SocketAnswer, SocketHandler, SocketRequest} from '../../socket/serve.ts'

/** Keeps the control calls in order while the proxy is handed over: what one of them changes must not miss the state that the successor reads. */
export interface Gate {
  handle: SocketHandler
  /** Lets no further call in; resolves when no change is under way. */
  close(): Promise<void>
  /** `here`: those that wait go on; `lost`: they are broken off, so that their callers ask the successor. */
  open(outcome: 'here' | 'lost'): void
}

export const createGate = (inner: SocketHandler, handOver: (body: unknown) => Promise<SocketAnswer>): Gate => {
  let changes = 0
  let waiting: PromiseWithResolvers<'here' | 'lost'> | undefined
  let onQuiet: (() => void) | undefined
  const change = async (request: SocketRequest): Promise<SocketAnswer> => {
    changes++
    try {
      return await inner(request)
    } finally {
      if (--changes === 0) onQuiet?.()
    }
  }
  return {
    async handle(request) {
      const {method, segments, body} = request
      if (segments[0] === 'handover') return method === 'POST' ? handOver(body) : notFound
      if (waiting !== undefined && (await waiting.promise) === 'lost') return {lost: true}
      // A drain lasts, and changes nothing that is written down; a watch is answered at once.
      return segments.at(-1) === 'drain' ? inner(request) : change(request)
    },
    async close() {
      waiting = Promise.withResolvers()
      if (changes > 0) await new Promise<void>((resolve) => (onQuiet = resolve))
    },
    open(outcome) {
      waiting?.resolve(outcome)
      if (outcome === 'here') waiting = undefined
    },
  }
}
