import {answerUnavailable} from './answers.ts'
import type {ExchangeContext} from './exchange-context.ts'
import type {Exchange} from './exchange.ts'
import {heldBytes} from './held-bytes.ts'
import {isNavigation} from './navigation.ts'
import {watchRefused} from './refused.ts'
import type {Pool} from './routes.ts'
import type {Upstream} from './upstream.ts'

/** Has the request wait until something may take it; `resume` then tries. Within its time, and where there is room to wait. */
export const waitForLane = (
  context: ExchangeContext,
  exchange: Exchange,
  pool: Pool<Upstream> | undefined,
  resume: () => void,
): void => {
  const {route, request} = exchange
  const nowMs = Date.now()
  const sinceMs = performance.now()
  const {holdMs, holdPageMs} = context.hold
  if (exchange.holdUntilMs === 0) exchange.holdUntilMs = nowMs + (isNavigation(request) ? holdPageMs : holdMs)
  const waited = (): void => {
    exchange.heldMs += performance.now() - sinceMs
  }
  const giveUp = (): void => {
    exchange.over = true
    exchange.outcome = 'unavailable'
    route.counters.failed++
    answerUnavailable(request, exchange.response, route, pool?.lanes[0]?.target.release)
  }
  if (exchange.holdUntilMs <= nowMs) return giveUp()
  const leave = context.holds.wait(
    route,
    heldBytes(request, exchange.body, exchange.upgrade?.head.length ?? 0),
    exchange.holdUntilMs - nowMs,
    () => {
      waited()
      resume()
    },
    () => {
      waited()
      giveUp()
    },
  )
  if (leave === undefined) return giveUp()
  if (route.asleep) context.wake(route)
  exchange.stopWaiting = () => {
    waited()
    leave()
  }
  for (const upstream of pool?.lanes ?? []) watchRefused(context.holds, route, upstream)
}
