import type {ProxyStatus, Unreachable} from '../wiring/proxy.ts'
import {columnsOf, percent, table} from './formats.ts'

type RouteStatus = ProxyStatus['routes'][number]

/** The routes of `imm proxy status`: where releases share the traffic, a row for each; a row for each other address and each door. */
export const routesText = (routes: readonly RouteStatus[], stream: {isTTY?: boolean; columns?: number}): string =>
  table(
    ['ADDRESS', 'RELEASE', 'SHARE', 'REQUESTS', 'FAILED', 'IN FLIGHT', 'WAITING'],
    routes.flatMap((route) => [
      ...rowsOf(route),
      ...route.urls.slice(1).map((url) => [url, 'the same']),
      ...route.doors.map(doorRow),
    ]),
    columnsOf(stream),
  )

/** The line on https of `imm proxy status`. */
export const httpsText = ({port, trusted, untilMs, givenUntilMs}: ProxyStatus['https'], mainPort: number): string => {
  if (untilMs === undefined && givenUntilMs !== undefined)
    return `https ${port === mainPort ? 'on the same port' : `on port ${port}`} for names of the given certificate, until ${day(givenUntilMs)}.`
  if (untilMs === undefined) return 'https is off; `imm proxy trust` sets it up.'
  const where = port === mainPort ? 'on the same port' : `on port ${port}`
  return `https ${where}, until ${day(untilMs)}${trusted ? '' : '; no store of this machine has its authority, see `imm proxy trust`'}.`
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** How the proxy is reached beyond this machine. */
export const sharingText = ({domain, open}: NonNullable<ProxyStatus['sharing']>): string => {
  const names = domain === undefined ? 'beyond this machine' : `beyond this machine, and below ${domain}`
  return `Reached ${names}: ${open ? 'without a login, where a route does not ask for one' : 'every route asks for a login'}.`
}

/** What `imm proxy stop` took from whom, and what gives it back. */
export const unreachableText = (environments: readonly Unreachable[]): string => {
  const lines = environments.map(({project, environment, url, held}) => {
    const at = url === undefined || url === '' ? '' : ` (${url})`
    const until = held ? 'until its imm dev makes a release' : 'until an imm dev or a rollback starts the proxy'
    return `${project}/${environment}${at} is unreachable ${until}.`
  })
  return [...lines, '`imm proxy restart` starts it again at once, with all routes.'].join('\n')
}

const doorRow = ({kind, host, port, to, problem}: RouteStatus['doors'][number]): string[] => [
  `${kind}://${host.includes(':') ? `[${host}]` : host}:${port}`,
  problem === undefined ? `port ${to} of the same` : `closed: ${problem}`,
]

/** One without an address, such as a worker's, by its name; below it are its doors, where it has any. */
const nameOf = ({url, project, environment, app, doors}: RouteStatus): string => {
  if (url !== '') return url
  return `${project}/${environment}/${app}${doors.length === 0 ? ' (no address)' : ''}`
}

const rowsOf = (route: RouteStatus): string[][] => {
  const {live, portions, mirror, requests, failed, inFlight, held} = route
  const whole = [requests, failed, inFlight, held].map(String)
  if (portions.length < 2 && mirror === undefined)
    return [[nameOf(route), live?.release ?? 'nothing live', live === undefined ? '' : '100 %', ...whole]]
  return [
    [nameOf(route), 'all', '', ...whole],
    ...portions.map(({targets, weight}) => shareOf(route, targets, percent(weight))),
    ...(mirror === undefined ? [] : [shareOf(route, mirror.targets, `copies of ${percent(mirror.share)}`)]),
  ]
}

const shareOf = (
  {releases}: RouteStatus,
  targets: RouteStatus['portions'][number]['targets'],
  share: string,
): string[] => {
  const release = targets[0]?.release
  const counts = releases.find((each) => each.release === release)
  const name = release === undefined ? 'all died' : `${release}${targets.length > 1 ? ` x ${targets.length}` : ''}`
  const {requests = 0, serverErrors = 0, failures = 0, inFlight = 0} = counts ?? {}
  return ['', name, share, ...[requests, serverErrors + failures, inFlight].map(String), '']
}
