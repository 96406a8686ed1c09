import type {ServiceStatus} from '../wiring/services.ts'
import {age, columnsOf, table} from './formats.ts'
import {safeText} from './safe-text.ts'
import {portText} from './service-text.ts'

/** Backing services for people. */
export const servicesText = (
  services: readonly ServiceStatus[],
  stream: {isTTY?: boolean; columns?: number},
): string => {
  const rows = services.map(({project, environment, service, state, image, ports, sinceMs, exitCode}) => [
    `${project}/${environment}`,
    safeText(service, false),
    state === 'ended' ? `ended (exit code ${exitCode ?? 'unknown'})` : state,
    sinceMs === undefined ? '' : age(Date.now() - sinceMs),
    image,
    ports.map((port) => `${portText(port)} -> ${port.containerPort}`).join(', '),
  ])
  return table(['ENVIRONMENT', 'SERVICE', 'STATE', 'STARTED', 'IMAGE', 'PORTS'], rows, columnsOf(stream))
}
