import type Docker from 'dockerode'

import type {StartedWith} from '../../lifecycle/ports.ts'
import {portLabel} from './address.ts'
import {configOf} from './canonical/config-of.ts'
import type {Client} from './client.ts'
import {givenOf} from './given.ts'
import {splitVariable} from './images.ts'
import {inspect} from './inspect.ts'

/** What a container was started with; undefined where the engine has no such container. */
export const startedWith = async (
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<StartedWith | undefined> => {
  const info = await inspect(client, id, signal)
  if (!info) return undefined
  const {Config, HostConfig} = info
  const labels = Config.Labels as typeof Config.Labels | null
  const {Env, Cmd, User} = await configOf(client, {id: info.Image}, signal)
  const {parts, ...given} = givenOf(info)
  const below = new Set(Env as string[] | null | undefined)
  return {
    env: Object.fromEntries(
      (Config.Env ?? [])
        .filter((variable) => !below.has(variable))
        .map(splitVariable)
        .filter(([key]) => !isOfEngine(client, key)),
    ),
    // With an entrypoint of its own it gets nothing of the image's.
    command: isImages(Config.Cmd, given.options?.entrypoint ? null : Cmd) ? undefined : Config.Cmd,
    user: Config.User === (User ?? '') ? undefined : Config.User,
    port: Number(labels?.[portLabel] ?? 0),
    volumes: (info.Mounts as Mount[]).flatMap(({Type, Name, Destination, RW}) =>
      Type === 'volume' && Name !== undefined && !isAnonymous(Name)
        ? [{name: Name, path: Destination, readOnly: !RW, ...parts[Destination]}]
        : [],
    ),
    tmpfs: Object.keys((HostConfig.Tmpfs as Record<string, string> | null | undefined) ?? {}),
    readOnly: HostConfig.ReadonlyRootfs ?? false,
    memoryBytes: HostConfig.Memory || undefined,
    cpus: given.options?.cpuQuota === undefined ? cpusOf(HostConfig) : undefined,
    ...given,
  }
}

const isImages = (own: unknown, images: unknown): boolean =>
  JSON.stringify(own ?? null) === JSON.stringify(images ?? null)

interface Mount {
  Type?: string
  Name?: string
  Destination: string
  RW: boolean
}

/** Of a VOLUME instruction: each container has its own. */
const isAnonymous = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)

// Podman adds them to what it was given.
const ofPodman = new Set(['container', 'HOME', 'HOSTNAME', 'TERM'])

const isOfEngine = ({libpod}: Client, key: string): boolean => libpod !== undefined && ofPodman.has(key)

/** Podman keeps them as a quota of a period. */
const cpusOf = ({NanoCpus, CpuQuota, CpuPeriod}: Docker.HostConfig): number | undefined => {
  if (NanoCpus) return NanoCpus / 1e9
  return CpuQuota && CpuPeriod ? CpuQuota / CpuPeriod : undefined
}
