import type {DoorState} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import type {RouteStatus} from '../proxy/status.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {readNames} from '../state/names.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import type {Where} from './identify.ts'
import {findEnvironment, readServices} from './services.ts'
import type {Names} from './surroundings.ts'

/** Where something of an environment is reached. */
export interface PortStatus {
  /** of an app or a backing service */
  name: string
  /** `door`: from containers of the environment alone */
  kind: 'app' | 'service' | 'door'
  /** `http://shop.localhost:7070`, `127.0.0.1:5433`, or of a door `http://api:4000` */
  address: string
  /** in its container; undefined while nothing is live */
  containerPort: number | undefined
  protocol: 'http' | 'tcp' | 'udp' | 'sctp'
  /** why nobody is let in */
  problem?: string | undefined
}

/** All published ports and addresses of an environment, and with `inside` its doors: apps as the proxy has them, services as the engine has. */
export const readPorts = async (
  where: Where,
  inside: boolean,
  signal: AbortSignal,
): Promise<{id: EnvironmentId; ports: PortStatus[]}> => {
  const paths = statePaths()
  const [{engine}, id, proxy] = await Promise.all([
    openEngine(paths, signal),
    findEnvironment(where, paths, signal),
    connectProxy({paths, signal}),
  ])
  const labels = {'imm.project': id.project, 'imm.environment': id.environment}
  const [services, status, names] = await Promise.all([
    readServices(engine, labels, signal),
    proxy?.status(signal),
    readNames(paths.home, id),
  ])
  const routes = (status?.routes ?? []).filter(
    ({project, environment}) => project === id.project && environment === id.environment,
  )
  const known = names as Partial<Names> | undefined
  const apps = routes.flatMap((route) => appPorts(route, inside, Array.isArray(known?.apps) ? known.apps : []))
  const published = services.flatMap(({service, ports}) =>
    ports.map(({hostIp, hostPort, containerPort, protocol}) => ({
      name: service,
      kind: 'service' as const,
      address: hostAndPort(hostIp, hostPort),
      containerPort,
      protocol,
    })),
  )
  return {id, ports: [...apps, ...published]}
}

/** Where an app is reached: by the shared port, by the ports that it publishes, and `inside` its environment. */
export const appPorts = (
  {app, urls, live, doors}: Pick<RouteStatus, 'app' | 'urls' | 'live' | 'doors'>,
  inside: boolean,
  named: Names['apps'],
): PortStatus[] => {
  const containerPort = live?.port ?? live?.address.port
  const name = named.find((one) => slug(one.name) === app)?.name ?? app
  // Links to what it publishes are told below, with the port inside.
  const published = doors.filter(({flexible}) => flexible === true)
  const isPublished = (url: URL) =>
    url.hostname === 'localhost' && published.some(({port}) => String(port) === url.port)
  const shared = urls
    .filter((url) => !isPublished(new URL(url)))
    .map((address) => ({
      name,
      kind: 'app' as const,
      address,
      containerPort,
      protocol: 'http' as const,
    }))
  // What a Compose file publishes may get another port; what is inside is where its name says.
  const own = published.map((door) => doorPort(door, {name, kind: 'app', host: door.host}))
  const within = doors
    .filter(({flexible}) => flexible !== true)
    .map((door) => doorPort(door, {name, kind: 'door', host: name}))
  // One for each network that it is on.
  const apart = within.filter((one, index) => within.findIndex(({address}) => address === one.address) === index)
  return [...shared, ...own, ...(inside ? apart : [])]
}

const doorPort = (
  {kind, port, to, open, problem}: DoorState,
  of: Pick<PortStatus, 'name' | 'kind'> & {host: string},
): PortStatus => ({
  name: of.name,
  kind: of.kind,
  address: `${kind === 'http' ? 'http://' : ''}${hostAndPort(of.host, port)}`,
  containerPort: to,
  protocol: kind,
  ...(open ? {} : {problem: problem ?? 'it is not open'}),
})

const hostAndPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`
