import type {Door} from '../lifecycle/ports.ts'
import type {AppSpec} from '../lifecycle/services/spec.ts'
import type {DoorPlace} from './door-plan.ts'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])
const everybody = ['0.0.0.0/0', '::/0']

/** Where an app is reached beside its hosts: under its names inside the environment, and by the ports that it publishes. `port` is its own, once it is known. */
export const doorsOf = (
  {settings, ports, published}: Pick<AppSpec, 'settings' | 'ports' | 'published'>,
  port: number | undefined,
  places: readonly DoorPlace[],
  subnets: readonly string[],
): Door[] => {
  const main = port ?? settings.port ?? (ports.length === 1 ? ports[0] : undefined)
  const kindOf = (to: number): Door['kind'] => (to === main && settings.protocol !== 'tcp' ? 'http' : 'tcp')
  const reached = [...new Set([...ports, ...(main === undefined || main === 0 ? [] : [main])])]
  return [
    ...places.flatMap(({host}) => reached.map((to) => ({host, port: to, to, kind: kindOf(to), from: subnets}))),
    ...published
      .filter(({protocol}) => protocol === 'tcp')
      .map(({hostIp, hostPort, containerPort}) => ({
        host: hostIp === 'localhost' ? '127.0.0.1' : hostIp,
        port: hostPort ?? 0,
        to: containerPort,
        kind: kindOf(containerPort),
        from: loopback.has(hostIp) ? [] : everybody,
        flexible: true,
      })),
  ]
}
