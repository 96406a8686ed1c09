import {latencyBoundsMs} from '../release/latency.ts'
import {histogram, metric} from './exposition.ts'
import type {Labels, Sample} from './exposition.ts'
import type {ProxyStatus, ReleaseStatus, RouteStatus} from './status.ts'

/** What the process used, as `process.memoryUsage.rss` and `process.cpuUsage` tell it. */
export interface Used {
  memoryBytes: number
  cpuMs: number
}

/** All that is counted, in Prometheus' text format. Counters begin anew with each process and with each release. */
export const metricsText = (status: ProxyStatus, used: Used): string =>
  [
    metric('imm_build_info', 'gauge', 'The version of imm that the proxy is of.', [[{version: status.version}, 1]]),
    ...releaseMetrics(status.routes),
    ...routeMetrics(status.routes),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.', [[{}, used.memoryBytes]]),
    metric('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.', [
      [{}, used.cpuMs / 1000],
    ]),
    metric('process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.', [
      [{}, status.startedMs / 1000],
    ]),
  ].join('')

const routeMetrics = (routes: readonly RouteStatus[]): string[] => {
  const each = (value: (route: RouteStatus) => number): Sample[] =>
    routes.map((route) => [routeLabels(route), value(route)])
  return [
    metric(
      'imm_proxy_client_requests_total',
      'counter',
      'Requests of clients, however often they were sent to a release.',
      each(({requests}) => requests),
    ),
    metric(
      'imm_proxy_client_failures_total',
      'counter',
      'Requests that the proxy itself answered with 502 or 503, or whose answer broke off.',
      each(({failed}) => failed),
    ),
    metric(
      'imm_proxy_requests_held',
      'gauge',
      'Requests that wait for a live release.',
      each(({held}) => held),
    ),
  ]
}

const releaseMetrics = (routes: readonly RouteStatus[]): string[] => {
  const releases = routes.flatMap((route) =>
    route.releases.map((release) => ({
      route,
      release,
      labels: {...routeLabels(route), release: release.release},
    })),
  )
  const each = (value: (release: ReleaseStatus, route: RouteStatus) => number): Sample[] =>
    releases.map(({route, release, labels}) => [labels, value(release, route)])
  return [
    metric(
      'imm_proxy_requests_total',
      'counter',
      'Answers of a release by the class of their status; copies for a mirror count for it as well.',
      releases.flatMap(({labels, release: {answers}}) =>
        answers.flatMap((count, digit) => ofClass(labels, digit, count)),
      ),
    ),
    histogram(
      'imm_proxy_request_duration_seconds',
      'Time from sending a request to a release to the first byte of its answer.',
      latencyBoundsMs.map((ms) => ms / 1000),
      releases.map(({labels, release: {latency, latencySumMs}}) => ({
        labels,
        counts: latency,
        sum: latencySumMs / 1000,
      })),
    ),
    metric(
      'imm_proxy_failures_total',
      'counter',
      'Connections to a release that were refused, reset, broken off or left without an answer.',
      each(({failures}) => failures),
    ),
    metric(
      'imm_proxy_requests_in_flight',
      'gauge',
      'Requests and upgraded connections under way.',
      each(({inFlight}) => inFlight),
    ),
    metric(
      'imm_proxy_request_bytes_total',
      'counter',
      'Bytes of request bodies sent to a release.',
      each(({bytesIn}) => bytesIn),
    ),
    metric(
      'imm_proxy_response_bytes_total',
      'counter',
      'Bytes of bodies of its answers.',
      each(({bytesOut}) => bytesOut),
    ),
    metric(
      'imm_proxy_release_share',
      'gauge',
      'Share of the clients that belong to a release, 0 to 1.',
      each(({release}, {portions}) => shareOf(release, portions)),
    ),
    metric(
      'imm_proxy_upstream_connections',
      'gauge',
      'Open connections to a release, without upgraded ones.',
      releases.flatMap(({labels, release: {connections}}): Sample[] => [
        [{...labels, state: 'busy'}, connections.busy],
        [{...labels, state: 'idle'}, connections.idle],
      ]),
    ),
  ]
}

const routeLabels = ({project, environment, app}: RouteStatus): Labels => ({project, environment, app})

/** The classes that HTTP has are there from the start, so that the first 500 is a rise and not a beginning. */
const ofClass = (labels: Labels, digit: number, count: number): Sample[] =>
  (digit >= 1 && digit <= 5) || count > 0 ? [[{...labels, code_class: `${digit}xx`}, count]] : []

const shareOf = (release: string, portions: RouteStatus['portions']): number =>
  portions.find(({targets}) => targets[0]?.release === release)?.weight ?? 0
