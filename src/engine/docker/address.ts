import type Docker from 'dockerode'

import type {Address, EngineFacts} from '../../lifecycle/ports.ts'

/** The port that a container is reached by, kept where every later imm finds it. */
export const portLabel = 'imm.port'

/** Where a running container with a network of its own is reached from this host. */
export const addressOf = (
  {Config, NetworkSettings}: Docker.ContainerInspectInfo,
  {reach}: EngineFacts,
): Address | undefined => {
  const port = Number((Config.Labels as Record<string, string> | null)?.[portLabel])
  if (!port) return undefined
  if (reach === 'published') {
    const bound = (NetworkSettings.Ports as Partial<typeof NetworkSettings.Ports> | null)?.[`${port}/tcp`]?.[0]
    return bound && {host: '127.0.0.1', port: Number(bound.HostPort)}
  }
  const host = Object.values(NetworkSettings.Networks).find(({IPAddress}) => IPAddress !== '')?.IPAddress
  return host === undefined ? undefined : {host, port}
}
