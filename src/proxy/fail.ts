import {answerBadGateway} from './answers.ts'
import type {ExchangeContext} from './exchange-context.ts'
import type {Exchange} from './exchange.ts'
import {notHttp2} from './h2/send.ts'
import type {Upstream} from './upstream.ts'

/** Ends an exchange whose release gave no answer, and that is not sent again. */
export const fail = (context: ExchangeContext, exchange: Exchange, upstream: Upstream, error: unknown): void => {
  const {route, request, response} = exchange
  const {release} = upstream.target
  const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
  context.log(`${release} of ${route.id} gave no answer to a ${request.method}: ${reason}`)
  exchange.over = true
  exchange.outcome = 'failed'
  route.counters.failed++
  const said =
    reason === notHttp2
      ? 'does not speak HTTP/2 without TLS (h2c)'
      : `closed the connection without an answer (${reason})`
  answerBadGateway(request, response, route, release, `${release} ${said}.`)
}
