import type {Route} from './routes.ts'

/** Requests that wait for a live release. */
export interface Holds {
  /** Calls one of the two, once. Returns how to leave the queue; undefined where it is full. */
  wait(route: Route, waitMs: number, resume: () => void, expire: () => void): (() => void) | undefined
  /** Lets all that wait go on, in the order in which they came. */
  release(route: Route): void
  /** Ends the wait of all. */
  expire(route: Route): void
  count(route: Route): number
}

interface Waiter {
  resume: () => void
  expire: () => void
  timer: NodeJS.Timeout
}

export const createHolds = (maxHeld: number): Holds => {
  const waiting = new Map<Route, Set<Waiter>>()
  const queueOf = (route: Route): Set<Waiter> => {
    const queue = waiting.get(route) ?? new Set()
    waiting.set(route, queue)
    return queue
  }
  const leave = (route: Route, waiter: Waiter): void => {
    clearTimeout(waiter.timer)
    const queue = waiting.get(route)
    queue?.delete(waiter)
    if (queue?.size === 0) waiting.delete(route)
  }
  const each = (route: Route, go: (waiter: Waiter) => void): void => {
    const queue = waiting.get(route)
    // Out of the table first: one that has to wait again must not be met again in this round.
    waiting.delete(route)
    for (const waiter of queue ?? []) {
      clearTimeout(waiter.timer)
      go(waiter)
    }
  }
  return {
    wait(route, waitMs, resume, expire) {
      const queue = queueOf(route)
      if (queue.size >= maxHeld) return undefined
      const waiter: Waiter = {
        resume,
        expire,
        timer: setTimeout(() => {
          leave(route, waiter)
          expire()
        }, waitMs),
      }
      queue.add(waiter)
      return () => leave(route, waiter)
    },
    release: (route) => each(route, ({resume}) => resume()),
    expire: (route) => each(route, ({expire}) => expire()),
    count: (route) => waiting.get(route)?.size ?? 0,
  }
}
