import type Docker from 'dockerode'

import type {InstanceDetails, InstanceMount} from '../../lifecycle/ports.ts'
import type {PublishedPort} from '../../release/container.ts'
import type {Client} from './client.ts'
import {variablesOf} from './images.ts'
import {inspect} from './inspect.ts'
import {toInstance} from './instances.ts'
import {wordsOf} from './words.ts'

type Info = Docker.ContainerInspectInfo

/** How a container was started, and what it may use now; undefined where the engine has no such container. */
export const details = async (
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<InstanceDetails | undefined> => {
  const info = await inspect(client, id, signal)
  if (!info) return undefined
  const instance = await toInstance(client, info, signal)
  // Whoever joined a sandbox has its network, and none of their own.
  const attached = instance.sandbox === undefined ? info : await inspect(client, instance.sandbox, signal)
  const {Config, HostConfig} = info
  return {
    instance,
    env: variablesOf(Config.Env),
    command: wordsOf(Config.Cmd),
    entrypoint: wordsOf(Config.Entrypoint),
    user: Config.User,
    // Zero is no limit.
    memoryBytes: HostConfig.Memory || undefined,
    cpus: cpusOf(HostConfig),
    readOnly: HostConfig.ReadonlyRootfs ?? false,
    restarts: !['', 'no'].includes(HostConfig.RestartPolicy?.Name ?? ''),
    mounts: mountsOf(info),
    published: attached ? publishedOf(attached) : [],
    networks: attached ? networksOf(attached) : [],
  }
}

/** Two ways to say the same: `--cpus`, and a quota per period (100 ms by default). */
const cpusOf = ({NanoCpus, CpuQuota, CpuPeriod}: Info['HostConfig']): number | undefined => {
  if (NanoCpus) return NanoCpus / 1e9
  return CpuQuota && CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : undefined
}

const kinds: Readonly<Record<string, InstanceMount['kind']>> = {volume: 'volume', bind: 'bind', tmpfs: 'tmpfs'}

const mountsOf = ({Mounts, HostConfig}: Info): InstanceMount[] => {
  const listed = Mounts.map(({Type, Name, Source, Destination, RW}) => {
    const kind = kinds[Type ?? 'other'] ?? 'other'
    const source = kind === 'volume' ? Name : Source && asGiven(Source)
    return {kind, source: source ?? '', path: Destination, readOnly: !RW}
  })
  // Docker lists those with a size of their own only.
  const memory = Object.keys((HostConfig.Tmpfs as Record<string, string> | null | undefined) ?? {})
  const paths = new Set(listed.map(({path}) => path))
  return [
    ...listed,
    ...memory
      .filter((path) => !paths.has(path))
      .map((path) => ({kind: 'tmpfs' as const, source: '', path, readOnly: false})),
  ]
}

/** As the engine has bound them; where it runs no more, none are. */
const publishedOf = ({NetworkSettings}: Info): PublishedPort[] => {
  const bound = (NetworkSettings.Ports as Info['NetworkSettings']['Ports'] | null) ?? {}
  const all = Object.entries(bound).flatMap(([name, bindings]) => {
    const [port, protocol = 'tcp'] = name.split('/')
    // Engines list a port that is exposed and not bound with null.
    return ((bindings as typeof bindings | null) ?? []).map(({HostIp, HostPort}) => ({
      containerPort: Number(port),
      protocol: protocol as PublishedPort['protocol'],
      hostIp: HostIp,
      hostPort: Number(HostPort),
    }))
  })
  return all.filter(({hostPort}) => hostPort > 0)
}

/** Docker Desktop's virtual machine has this machine's directories at a place of its own. */
const asGiven = (source: string): string => source.replace(/^\/(?:host_mnt|run\/desktop\/mnt\/host)(?=\/)/, '')

/** What the engines attach a container to that asks for nothing; rootless Podman names no network. */
const own = new Set(['bridge', 'podman', 'slirp4netns', 'pasta'])

const networksOf = ({NetworkSettings, HostConfig}: Info): string[] => {
  const mode = HostConfig.NetworkMode ?? ''
  if (mode === 'none' || mode === 'host') return [mode]
  const names = Object.keys(NetworkSettings.Networks ?? {})
  const isRootless = ['slirp4netns', 'pasta'].includes(mode.split(':')[0] ?? '')
  return [...new Set([...(isRootless ? ['default'] : []), ...names.map((name) => (own.has(name) ? 'default' : name))])]
}
