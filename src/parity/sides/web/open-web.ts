import {ImmError} from '../../../errors.ts'
import type {SideFacts} from '../../facts.ts'
import {answerOf, type Answer} from './answer.ts'
import {connectTo} from './connect.ts'
import {plainHeaders} from './headers.ts'

/** For all of it: whoever answers later than this is no side to compare with. */
const timeoutMs = 15_000

/**
 * What answers at a URL, found by one GET that carries nothing of the user's. Redirects are not followed: where they lead is what there is to
 * know of them. SIDE_UNREACHABLE where nothing answers in time.
 */
export const openWeb = async (
  address: string,
  signal: AbortSignal,
  limitMs = timeoutMs,
): Promise<Pick<SideFacts, 'web' | 'gaps'>> => {
  const url = new URL(address)
  const limit = AbortSignal.timeout(limitMs)
  const {answer, tls} = await asked(url, AbortSignal.any([signal, limit])).catch((error: unknown) => {
    signal.throwIfAborted()
    if (limit.aborted) throw new ImmError('SIDE_UNREACHABLE', `${address} did not answer within ${limitMs / 1000} s`)
    throw new ImmError('SIDE_UNREACHABLE', `${address} can't be reached: ${messageOf(error)}`, {cause: error})
  })
  const to = answer.headers['location']
  return {
    web: {
      url: address,
      status: answer.status,
      headers: plainHeaders(answer.headers, url),
      ...(tls && {tls}),
      protocol: answer.protocol,
    },
    gaps:
      answer.status >= 300 && answer.status < 400 && typeof to === 'string'
        ? [
            {
              part: 'web',
              reason: `it redirects to ${withoutQuery(to, url)}, which was not followed: name that URL to compare it`,
            },
          ]
        : [],
  }
}

const asked = async (
  url: URL,
  signal: AbortSignal,
): Promise<{answer: Answer; tls: Awaited<ReturnType<typeof connectTo>>['tls']}> => {
  const {socket, tls, isHttp2} = await connectTo(url, signal)
  try {
    return {answer: await answerOf(url, socket, isHttp2, signal), tls}
  } finally {
    // The body is of no interest, and may have no end.
    socket.destroy()
  }
}

/** A login's redirect has a state in its query, which is another each time. */
const withoutQuery = (location: string, base: URL): string => {
  const url = URL.parse(location, base.href)
  return url ? `${url.origin}${url.pathname}` : location
}

const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
