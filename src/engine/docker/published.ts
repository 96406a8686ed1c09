import type Docker from 'dockerode'

import type {EngineFacts, InstanceSpec} from '../../lifecycle/ports.ts'
import type {PublishedPort} from '../../release/container.ts'

type Ports = Pick<InstanceSpec, 'port' | 'published' | 'attachment'>

/** Ports of a container with a network of its own: the one that imm reaches it by, and those that the user has on this host. */
export const portOptions = (
  {port, published = [], attachment}: Ports,
  {reach}: EngineFacts,
): {ExposedPorts: Record<string, object>; HostConfig: Docker.HostConfig} => {
  // The engines refuse them where a network is joined.
  const isOwn = port !== 0 && typeof attachment?.mode !== 'object'
  const own = isOwn ? [`${port}/tcp`] : []
  const bindings = [
    ...(reach === 'published' ? own.map((key) => [key, free] as const) : []),
    ...published.map((one) => [`${one.containerPort}/${one.protocol}`, bindingOf(one)] as const),
  ]
  const grouped: Record<string, Binding[]> = {}
  for (const [key, binding] of bindings) (grouped[key] ??= []).push(binding)
  return {
    ExposedPorts: Object.fromEntries([...own, ...Object.keys(grouped)].map((key) => [key, {}])),
    HostConfig: bindings.length === 0 ? {} : {PortBindings: grouped},
  }
}

interface Binding {
  HostIp: string
  HostPort: string
}

/** A free port of this host's loopback, where containers are not reached by their own addresses. */
const free: Binding = {HostIp: '127.0.0.1', HostPort: ''}

const bindingOf = ({hostIp, hostPort}: PublishedPort): Binding => ({
  HostIp: hostIp,
  HostPort: hostPort === undefined ? '' : String(hostPort),
})
