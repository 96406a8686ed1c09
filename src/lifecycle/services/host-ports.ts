import {isImmError} from '../../errors.ts'
import type {PublishedPort} from '../../release/container.ts'
import type {ServicePort} from '../events.ts'
import type {Engine, Instance, InstanceSpec} from '../ports.ts'

/** Whether a port of this host can be listened on. */
export type IsFree = (
  port: Required<Pick<PublishedPort, 'hostIp' | 'protocol'>> & {hostPort: number},
) => Promise<boolean>

/** Starts a container with the ports that are asked for where they are free, and any others where not: two checkouts run at once. */
export const startPublished = async (
  spec: InstanceSpec,
  engine: Pick<Engine, 'start'>,
  isFree: IsFree | undefined,
  signal: AbortSignal,
): Promise<Instance> => {
  const published = await Promise.all((spec.published ?? []).map(async (port) => freeOf(port, isFree)))
  try {
    return await engine.start({...spec, published}, signal)
  } catch (error) {
    // Which of them it is, engines tell in words of their own only.
    if (!isImmError(error, 'PORT_IN_USE') || published.every(({hostPort}) => hostPort === undefined)) throw error
    return engine.start({...spec, published: published.map((port) => ({...port, hostPort: undefined}))}, signal)
  }
}

const freeOf = async (port: PublishedPort, isFree: IsFree | undefined): Promise<PublishedPort> => {
  const {hostPort, hostIp, protocol} = port
  if (hostPort === undefined || !isFree) return port
  return (await isFree({hostIp, protocol, hostPort})) ? port : {...port, hostPort: undefined}
}

/** The ports of a container on this host, with those that were asked for and taken. */
export const portsOf = (published: readonly PublishedPort[], asked: readonly PublishedPort[]): ServicePort[] =>
  published.flatMap(({containerPort, protocol, hostIp, hostPort}) => {
    if (hostPort === undefined) return []
    const wanted = asked.filter((port) => port.containerPort === containerPort && port.protocol === protocol)
    const fixed = wanted.flatMap((port) => port.hostPort ?? [])
    const other = fixed.length === 0 || fixed.includes(hostPort) ? undefined : fixed[0]
    return [{containerPort, protocol, hostIp, hostPort, ...(other === undefined ? {} : {asked: other})}]
  })
