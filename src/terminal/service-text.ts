import type {LifecycleEvent, ServicePort} from '../lifecycle/events.ts'
import {bytes} from './formats.ts'

type ServiceEvent = Omit<
  Extract<LifecycleEvent, {type: 'service'}>,
  'project' | 'environment' | 'app' | 'time' | 'type'
>

/** What became of a backing service, its name first, without its output. */
export const serviceText = (event: ServiceEvent): string => {
  const {service, state, image = '', ports = [], exitCode, outOfMemory, why = ''} = event
  const at = ports.length === 0 ? '' : ` on ${ports.map(portText).join(', ')}`
  switch (state) {
    case 'pulling':
      return `${service}: fetching ${image}${pulledText(event)}`
    case 'found':
      return exitCode === undefined
        ? `${service}: ${image} found running${at}`
        : `${service}: has run to its end before, and is not run again`
    case 'starting':
      return `${service}: starting ${image}`
    case 'started':
      return `${service}: ${image} started${at}`
    case 'healthy':
      return `${service}: healthy`
    case 'unhealthy':
      return `${service}: unhealthy, its healthcheck fails`
    case 'completed':
      return `${service}: ran to its end`
    case 'exited':
      return `${service}: ended (${outOfMemory ? 'out of memory' : `exit code ${exitCode ?? 'unknown'}`})`
    case 'replaced':
      return `${service}: stopped to be replaced, because ${why}`
    case 'removed':
      return `${service}: removed${why === '' ? '' : `, because ${why}`}`
    case 'failed':
      return `${service}: failed: ${why}`
    default:
      // Of a newer imm's history.
      return `${service}: ${state satisfies never as string}`
  }
}

/** `127.0.0.1:5433 (5432 was taken)` */
export const portText = ({hostIp, hostPort, protocol, asked}: Omit<ServicePort, 'containerPort'>): string => {
  const host = hostIp.includes(':') ? `[${hostIp}]` : hostIp
  return `${host}:${hostPort}${protocol === 'tcp' ? '' : `/${protocol}`}${asked === undefined ? '' : ` (${asked} was taken)`}`
}

const pulledText = ({doneBytes = 0, totalBytes = 0}: ServiceEvent): string =>
  totalBytes === 0 ? '' : `, ${bytes(doneBytes)} of ${bytes(totalBytes)}`
