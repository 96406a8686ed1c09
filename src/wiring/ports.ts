import {connectProxy} from '../proxy/client.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import type {Where} from './identify.ts'
import {findEnvironment, readServices} from './services.ts'

/** Where something of an environment is reached from this machine. */
export interface PortStatus {
  /** of an app or a backing service */
  name: string
  kind: 'app' | 'service'
  /** `http://shop.localhost:7070`, or `127.0.0.1:5433` */
  address: string
  /** in its container; undefined for what goes through the proxy */
  containerPort: number | undefined
  protocol: 'http' | 'tcp' | 'udp' | 'sctp'
}

/** All published ports and addresses of an environment: apps as the proxy has them, services as the engine has. */
export const readPorts = async (
  where: Where,
  signal: AbortSignal,
): Promise<{id: EnvironmentId; ports: PortStatus[]}> => {
  const paths = statePaths()
  const [{engine}, id, proxy] = await Promise.all([
    openEngine(paths, signal),
    findEnvironment(where, paths, signal),
    connectProxy({paths, signal}),
  ])
  const labels = {'imm.project': id.project, 'imm.environment': id.environment}
  const [services, status] = await Promise.all([readServices(engine, labels, signal), proxy?.status(signal)])
  const routes = (status?.routes ?? []).filter(
    ({project, environment}) => project === id.project && environment === id.environment,
  )
  const apps = routes.flatMap(({app, urls}) =>
    urls.map((url) => ({
      name: app,
      kind: 'app' as const,
      address: url,
      containerPort: undefined,
      protocol: 'http' as const,
    })),
  )
  const published = services.flatMap(({service, ports}) =>
    ports.map(({hostIp, hostPort, containerPort, protocol}) => ({
      name: service,
      kind: 'service' as const,
      address: `${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${hostPort}`,
      containerPort,
      protocol,
    })),
  )
  return {id, ports: [...apps, ...published]}
}
