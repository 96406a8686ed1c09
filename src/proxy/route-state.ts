import type {DoorState, ReleaseCounts, RouteState} from '../lifecycle/ports.ts'
import type {ReleaseName} from '../release/identity.ts'
import {doorStates} from './doors/door-state.ts'
import {linkTo, linkToPort} from './links.ts'
import type {LinkPorts} from './links.ts'
import {lanesOf, liveLane, previousTargets} from './routes.ts'
import type {Route} from './routes.ts'
import {mirrorOf, portionsOf} from './split.ts'
import type {ReleaseStatus, RouteStatus} from './status.ts'
import type {Tally} from './tally.ts'
import {connectionsOf} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** What people can follow: doors of networks are for what runs there. */
const doorLinks = (doors: readonly DoorState[], ports: LinkPorts): string[] =>
  doors
    .filter(({host, kind, open}) => open && kind === 'http' && (host === '127.0.0.1' || host === '::1'))
    .map(({port}) => linkToPort(port, ports))

const urlsOf = (route: Route, ports: LinkPorts): readonly string[] => {
  const {request, places} = route
  const urls = places.map(({host, path}) => `${linkTo(host, ports)}${path === '/' ? '' : path}`)
  const own = request.port === undefined ? [] : [linkToPort(request.port, ports)]
  return [...new Set([...urls, ...own, ...doorLinks(doorStates(route), ports)])]
}

export const addressesOf = (route: Route, ports: LinkPorts): Pick<RouteState, 'url' | 'urls'> => {
  const urls = urlsOf(route, ports)
  return {url: urls[0] ?? '', urls}
}

/** For a line of the log. */
export const addressesText = (route: Route, ports: LinkPorts): string => {
  const doors = route.doors.map(({door: {host, kind}, port}) => `${kind}://${host}:${port}`)
  const all = [...addressesOf(route, ports).urls, ...doors]
  return all.length === 0 ? ', without an address' : ` as ${all.join(' ')}`
}

export const stateOf = (route: Route, ports: LinkPorts): RouteState => ({
  ...route.request,
  ...addressesOf(route, ports),
  doors: doorStates(route),
  generation: route.generation,
  live: liveLane(route)?.target,
  portions: portionsOf(route),
  mirror: mirrorOf(route),
  previous: previousTargets(route),
  ...(route.asleep ? {asleep: true} : {}),
})

export const statusOf = (route: Route<Upstream>, ports: LinkPorts, held: number): RouteStatus => ({
  ...stateOf(route, ports),
  ...route.counters,
  inFlight: lanesOf(route).reduce((sum, {inFlight}) => sum + inFlight.size, 0),
  held,
  releases: countsOf(route).map((counts) => ({...counts, connections: connectionsTo(route, counts.release)})),
})

const connectionsTo = (route: Route<Upstream>, release: ReleaseName): ReleaseStatus['connections'] => {
  const each = lanesOf(route).flatMap((lane) => (lane.target.release === release ? connectionsOf(lane) : []))
  return {
    busy: each.reduce((sum, {busy}) => sum + busy, 0),
    idle: each.reduce((sum, {idle}) => sum + idle, 0),
  }
}

/** Newest first. */
export const countsOf = (route: Route): readonly ReleaseCounts[] => {
  const lanes = lanesOf(route)
  const countOf = ([release, {latency, answers, mirrored, ...counts}]: [
    ReleaseCounts['release'],
    Tally,
  ]): ReleaseCounts => ({
    release,
    ...counts,
    answers: [...answers],
    serverErrors: answers[5] ?? 0,
    inFlight: lanes.reduce((sum, {target, inFlight}) => sum + (target.release === release ? inFlight.size : 0), 0),
    latency: [...latency],
    ...(mirrored === undefined ? {} : {mirrored: {...mirrored, examples: [...mirrored.examples]}}),
  })
  return [...route.tallies].map(countOf).toReversed()
}
