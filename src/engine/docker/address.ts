import type Docker from 'dockerode'

import type {Address, EngineFacts} from '../../lifecycle/ports.ts'
import {reachLabel} from './attachment.ts'

/** The port that a container is reached by, kept where every later imm finds it. */
export const portLabel = 'imm.port'

const loopback = '127.0.0.1'

/** Where a running container with a network of its own is reached from this host; port 0 for one that listens on nothing. */
export const addressOf = (info: Docker.ContainerInspectInfo, {reach}: EngineFacts): Address | undefined => {
  const {Config, HostConfig, NetworkSettings} = info
  const label = (Config.Labels as Record<string, string> | null)?.[portLabel]
  const port = Number(label)
  if (label === undefined || !Number.isSafeInteger(port)) return undefined
  if (HostConfig.NetworkMode === 'host') return {host: loopback, port}
  if (port === 0) return {host: (reach === 'address' ? ownAddress(info) : undefined) ?? loopback, port}
  if (reach === 'published') {
    const bound = (NetworkSettings.Ports as Partial<typeof NetworkSettings.Ports> | null)?.[`${port}/tcp`]?.[0]
    return bound && {host: loopback, port: Number(bound.HostPort)}
  }
  const host = ownAddress(info)
  return host === undefined ? undefined : {host, port}
}

/** In the network that it was attached to first: engines list them by name. */
const ownAddress = ({Config, HostConfig, NetworkSettings}: Docker.ContainerInspectInfo): string | undefined => {
  const networks = NetworkSettings.Networks as Partial<typeof NetworkSettings.Networks> | null
  const first = (Config.Labels as Record<string, string> | null)?.[reachLabel] ?? HostConfig.NetworkMode ?? ''
  const endpoints = [networks?.[first], ...Object.values(networks ?? {})].filter((one) => one !== undefined)
  return endpoints.map(({IPAddress, GlobalIPv6Address}) => IPAddress || GlobalIPv6Address).find(Boolean)
}
