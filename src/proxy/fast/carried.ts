import type {Duplex} from 'node:stream'

import type {InFlight} from '../lane.ts'
import type {Upstream} from '../upstream.ts'

/** A request that the fast path has sent already, on its way to the ordinary one. */
export interface Carried {
  readonly upstream: Upstream
  /** takes the request as if it had not been sent yet, then says what the upstream said, or how it failed */
  readonly connection: Duplex
  readonly requestId: string
  /** the upstream's connection had served others before */
  readonly reused: boolean
  /** by performance.now() */
  readonly sentMs: number
  /** counted in the lane already */
  readonly inFlight: InFlight
}

const carried = new WeakMap<object, Carried>()

/** Leaves it with the client's connection. */
export const carry = (socket: object, request: Carried): void => void carried.set(socket, request)

export const takeCarried = (socket: object): Carried | undefined => {
  const taken = carried.get(socket)
  if (taken !== undefined) carried.delete(socket)
  return taken
}

/** Somebody sent it: nobody else may. */
export const isCarried = (socket: object): boolean => carried.has(socket)
