import type {Trouble} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import type {Route} from './routes.ts'
import type {Upstream} from './upstream.ts'

/** A release with the traffic that does not take requests, as its owner is told. */
export interface RouteTrouble extends Trouble {
  app: AppId
}

export type OnTrouble = (trouble: RouteTrouble) => void

const pauseMs = 1000
const saidMs = new WeakMap<Upstream, number>()

/** Tells whoever looks after the route, at most once a second for each target. */
export const tellTrouble = (
  {trouble}: {trouble: OnTrouble},
  {request: {project, environment, app}}: Route,
  upstream: Upstream,
  kind: Trouble['kind'],
): void => {
  const nowMs = performance.now()
  if (nowMs - (saidMs.get(upstream) ?? -Infinity) < pauseMs) return
  saidMs.set(upstream, nowMs)
  const {release, instance} = upstream.target
  trouble({app: {project, environment, app}, release, instance, kind})
}
