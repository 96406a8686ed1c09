import type {HoldLimits} from './limits.ts'
import type {Watchers} from './reload/watchers.ts'
import type {Route} from './routes.ts'

/** Requests that wait for a live release. */
export interface Holds {
  /** Calls one of the two, once. Returns how to leave the queue; undefined where it is full. `bytes`: what the request keeps in memory. */
  wait(route: Route, bytes: number, waitMs: number, resume: () => void, expire: () => void): (() => void) | undefined
  /** Lets all that wait go on, in the order in which they came. */
  release(route: Route): void
  /** Ends the wait of all. */
  expire(route: Route): void
  count(route: Route): number
  /** Whether anybody wants to know when the route takes requests again: pages that are looked at, too. */
  isWanted(route: Route): boolean
}

interface Waiter {
  bytes: number
  resume: () => void
  expire: () => void
  timer: NodeJS.Timeout
}

interface Queue {
  waiters: Set<Waiter>
  bytes: number
}

export const createHolds = (
  {maxHeld, maxHeldBytes}: Pick<HoldLimits, 'maxHeld' | 'maxHeldBytes'>,
  watchers: Pick<Watchers, 'tell' | 'count' | 'end'>,
): Holds => {
  const waiting = new Map<Route, Queue>()
  const leave = (route: Route, waiter: Waiter): void => {
    clearTimeout(waiter.timer)
    const queue = waiting.get(route)
    if (!queue?.waiters.delete(waiter)) return
    queue.bytes -= waiter.bytes
    if (queue.waiters.size === 0) waiting.delete(route)
  }
  const each = (route: Route, go: (waiter: Waiter) => void): void => {
    const queue = waiting.get(route)
    // Out of the table first: one that has to wait again must not be met again in this round.
    waiting.delete(route)
    for (const waiter of queue?.waiters ?? []) {
      clearTimeout(waiter.timer)
      go(waiter)
    }
  }
  return {
    wait(route, bytes, waitMs, resume, expire) {
      const queue = waiting.get(route) ?? {waiters: new Set(), bytes: 0}
      if (queue.waiters.size >= maxHeld || queue.bytes + bytes > maxHeldBytes) return undefined
      const waiter: Waiter = {
        bytes,
        resume,
        expire,
        timer: setTimeout(() => {
          leave(route, waiter)
          expire()
        }, waitMs),
      }
      waiting.set(route, queue)
      queue.waiters.add(waiter)
      queue.bytes += bytes
      return () => leave(route, waiter)
    },
    release(route) {
      each(route, ({resume}) => resume())
      watchers.tell(route)
    },
    expire(route) {
      each(route, ({expire}) => expire())
      watchers.end(route)
    },
    count: (route) => waiting.get(route)?.waiters.size ?? 0,
    isWanted: (route) => waiting.has(route) || watchers.count(route) > 0,
  }
}
