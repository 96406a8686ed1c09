import {randomUUID} from 'node:crypto'

import type {Split, Target, TrafficGroup} from '../lifecycle/ports.ts'
import type {ProxyLink} from './link.ts'
import {routeId} from './routes.ts'

/** A split of a route, by whoever made it. */
export interface MadeSplit {
  split: Split
  attempt: string
}

type Listener = (made: MadeSplit) => void

/** Tells those who assert what they know on a later proxy of splits that were made for them. */
export interface Splits {
  listen(id: string, listener: Listener): () => void
  tell(id: string, made: MadeSplit): void
}

export const createSplits = (): Splits => {
  const listeners = new Map<string, Set<Listener>>()
  return {
    listen(id, listener) {
      const each = listeners.get(id) ?? new Set()
      listeners.set(id, each.add(listener))
      return () => each.delete(listener)
    },
    tell(id, made) {
      for (const listener of listeners.get(id) ?? []) listener(made)
    },
  }
}

/** Traffic of several apps on the proxy that their own traffic goes by as well. */
export const proxyTrafficGroup = (proxy: ProxyLink): TrafficGroup => ({
  async split(parts, signal) {
    const attempt = randomUUID()
    const answer = await proxy.call({method: 'POST', path: '/v1/split', body: {parts, attempt}}, signal)
    for (const {id, split} of parts) proxy.splits.tell(routeId(id), {split, attempt})
    return answer as {previous: readonly (readonly Target[])[]; flipMs: number}
  },
})
