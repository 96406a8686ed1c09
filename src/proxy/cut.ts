import {answerCut} from './answers.ts'
import type {Exchange} from './exchange.ts'
import type {RequestOut} from './message.ts'
import {breakOff} from './pass.ts'
import {lanesWithPart} from './routes.ts'
import type {Upstream} from './upstream.ts'

/** The drain's deadline, or the release is removed. `again`: as if it had not been sent. */
export const cutExchange = (exchange: Exchange, upstream: Upstream, again: () => void): void => {
  const {route, request, response, outgoing, inFlight} = exchange
  if (inFlight?.longLived !== undefined) {
    exchange.outcome = 'cut'
    return inFlight.longLived.cut()
  }
  if (
    outgoing &&
    exchange.carried === undefined &&
    stillConnects(exchange, outgoing) &&
    !lanesWithPart(route).includes(upstream)
  ) {
    // Nothing was sent: a container that is gone with its network neither takes the connection nor refuses it.
    exchange.sends--
    outgoing.removeAllListeners('error').on('error', ignore).destroy()
    return again()
  }
  outgoing?.destroy()
  if (exchange.over) return
  exchange.over = true
  exchange.outcome = 'cut'
  route.counters.failed++
  if (exchange.answered) breakOff(exchange)
  else answerCut(request, response, route, upstream.target.release)
}

const stillConnects = ({over, body, upgrade}: Exchange, {socket}: RequestOut): boolean =>
  !over && !body && upgrade === undefined && socket?.connecting !== false

const ignore = (): void => undefined
