import type {ReleaseCounts, RouteState} from '../lifecycle/ports.ts'
import {linkTo, linkToPort} from './links.ts'
import type {LinkPorts} from './links.ts'
import {lanesOf, liveLane, previousTargets} from './routes.ts'
import type {Route} from './routes.ts'
import {mirrorOf, portionsOf} from './split.ts'
import type {RouteStatus} from './status.ts'
import type {Tally} from './tally.ts'

export const urlOf = ({request}: Route, ports: LinkPorts): string => {
  const host = request.hosts[0]
  if (host !== undefined) return linkTo(host, ports)
  return request.port === undefined ? linkTo('localhost', ports) : linkToPort(request.port, ports)
}

export const stateOf = (route: Route, ports: LinkPorts): RouteState => ({
  ...route.request,
  url: urlOf(route, ports),
  generation: route.generation,
  live: liveLane(route)?.target,
  portions: portionsOf(route),
  mirror: mirrorOf(route),
  previous: previousTargets(route),
})

export const statusOf = (route: Route, ports: LinkPorts, held: number): RouteStatus => ({
  ...stateOf(route, ports),
  ...route.counters,
  inFlight: lanesOf(route).reduce((sum, {inFlight}) => sum + inFlight.size, 0),
  held,
  releases: countsOf(route),
})

/** Newest first. */
export const countsOf = (route: Route): readonly ReleaseCounts[] => {
  const lanes = lanesOf(route)
  const countOf = ([release, {latency, mirrored, ...counts}]: [ReleaseCounts['release'], Tally]): ReleaseCounts => ({
    release,
    ...counts,
    inFlight: lanes.reduce((sum, {target, inFlight}) => sum + (target.release === release ? inFlight.size : 0), 0),
    latency: [...latency],
    ...(mirrored === undefined ? {} : {mirrored: {...mirrored, examples: [...mirrored.examples]}}),
  })
  return [...route.tallies].map(countOf).toReversed()
}
