import {setTimeout as sleep} from 'node:timers/promises'

import type {Split, Target} from '../lifecycle/ports.ts'
import type {Holds} from './hold.ts'
import type {Log} from './log.ts'
import {holdBack, lookAt} from './refused.ts'
import {lanesWithPart} from './routes.ts'
import type {Route} from './routes.ts'
import type {Upstream} from './upstream.ts'

/** Whether the address is still that of the target's container; `unsure` where nobody can tell. */
export type Proof = 'there' | 'elsewhere' | 'unsure'
export type Prove = (target: Target) => Promise<Proof>

const firstPauseMs = 250
const longestPauseMs = 5000

const unproved = new WeakSet<Upstream>()

/**
 * What had the traffic in an earlier process gets none before it is known whose its address is now: while nobody looked the container may
 * have gone, and the address been given to somebody else's. Requests wait meanwhile.
 */
export const proveRestored = async (
  context: {holds: Holds; log: Log},
  route: Route<Upstream>,
  prove: Prove,
): Promise<void> => {
  // What listens on nothing can't be asked, and is sent nothing.
  const lanes = lanesWithPart(route).filter(({target}) => target.address.port !== 0)
  for (const upstream of lanes) {
    holdBack(upstream)
    unproved.add(upstream)
  }
  await Promise.all(lanes.map(async (upstream) => proveOne(context, route, upstream, prove)))
}

const proveOne = async (
  {holds, log}: {holds: Holds; log: Log},
  route: Route<Upstream>,
  upstream: Upstream,
  prove: Prove,
): Promise<void> => {
  const {release, address} = upstream.target
  const isAwaited = (): boolean => unproved.has(upstream) && lanesWithPart(route).includes(upstream)
  for (let pauseMs = firstPauseMs; isAwaited(); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if ((await prove(upstream.target)) !== 'elsewhere') return vouch(holds, route, upstream)
    if (pauseMs === firstPauseMs)
      log(`${release} of ${route.id} is not at ${address.host}:${address.port} any more: its requests wait`)
    await sleep(pauseMs, undefined, {ref: false})
  }
}

/** Who looks after the route has not lost sight of these. */
export const vouchFor = (holds: Holds, route: Route<Upstream>, {portions}: Split): void => {
  const known = new Set(portions.flatMap(({targets}) => targets.map(({instance}) => instance)))
  for (const upstream of lanesWithPart(route)) if (known.has(upstream.target.instance)) vouch(holds, route, upstream)
}

const vouch = (holds: Holds, route: Route<Upstream>, upstream: Upstream): void => {
  if (unproved.delete(upstream)) lookAt(holds, route, upstream)
}
