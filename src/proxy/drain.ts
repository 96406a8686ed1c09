import type {LongLivedKind} from '../lifecycle/ports.ts'
import {leaveLane} from './lane.ts'
import type {Lane} from './lane.ts'
import {closeLongLived} from './long-lived.ts'

/**
 * Resolves when nothing is under way on the lane, at the latest after `drainMs`, when the rest is cut and counted. `closes` is not waited for.
 */
export const drainLane = async (
  lane: Lane,
  drainMs: number,
  signal: AbortSignal,
  closes: readonly LongLivedKind[] = [],
): Promise<{drainMs: number; cut: number}> => {
  signal.throwIfAborted()
  closeLongLived(lane, closes)
  const startMs = performance.now()
  const tookMs = (): number => Math.round(performance.now() - startMs)
  if (lane.inFlight.size === 0) return {drainMs: 0, cut: 0}
  const idle = await idleWithin(lane, drainMs, signal)
  if (idle) return {drainMs: tookMs(), cut: 0}
  const rest = [...lane.inFlight]
  for (const exchange of rest) {
    exchange.cut()
    leaveLane(lane, exchange)
  }
  return {drainMs: tookMs(), cut: rest.length}
}

const idleWithin = async (lane: Lane, withinMs: number, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer)
      lane.onIdle.delete(onIdle)
      signal.removeEventListener('abort', onAbort)
    }
    const onIdle = (): void => {
      settle()
      resolve(true)
    }
    const onAbort = (): void => {
      settle()
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      settle()
      resolve(false)
    }, withinMs)
    lane.onIdle.add(onIdle)
    signal.addEventListener('abort', onAbort, {once: true})
  })
