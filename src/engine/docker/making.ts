import {constants} from 'node:os'

import type Docker from 'dockerode'

import type {InstanceMaking} from '../../lifecycle/ports.ts'
import type {Client} from './client.ts'
import {checkOf} from './given.ts'
import {inspect} from './inspect.ts'
import {madeSettings} from './made-settings.ts'

/** What a container was made with; undefined where the engine has no such container. */
export const making = async (client: Client, id: string, signal: AbortSignal): Promise<InstanceMaking | undefined> => {
  const info = await inspect(client, id, signal)
  if (!info) return undefined
  const {HostConfig} = info
  const Config = info.Config as typeof info.Config & {StopSignal?: string | number; StopTimeout?: number}
  const grace = stated(Config.StopTimeout, 10, client)
  const check = checkOf(Config.Healthcheck)
  return {
    imageName: Config.Image,
    workingDir: Config.WorkingDir,
    stopSignal: signalOf(Config.StopSignal),
    stopGraceMs: grace === undefined ? undefined : grace * 1000,
    healthcheck: check.test === undefined || check.test.length === 0 ? undefined : check,
    capAdd: (HostConfig.CapAdd as string[] | null) ?? [],
    capDrop: droppedOf((HostConfig.CapDrop as string[] | null) ?? [], client),
    privileged: HostConfig.Privileged ?? false,
    noNewPrivileges: ((HostConfig.SecurityOpt ?? []) as string[]).some((option) =>
      /^no-new-privileges(?:[:=]true)?$/.test(option),
    ),
    pidsLimit: stated(HostConfig.PidsLimit, 2048, client),
    restart: restartOf(HostConfig),
    init: HostConfig.Init,
    networkMode: modeOf(HostConfig),
    settings: madeSettings(info, client),
  }
}

/** Podman writes its defaults into each container; zero and less are Docker's word for none. */
const stated = (value: number | null | undefined, podmans: number, {libpod}: Client): number | undefined =>
  value === null || value === undefined || value <= 0 || (libpod && value === podmans) ? undefined : value

/** Podman gives three less to everybody, and tells them as if they had been dropped. */
const notOfPodman = new Set(['AUDIT_WRITE', 'MKNOD', 'NET_RAW'])

export const droppedOf = (dropped: readonly string[], {libpod}: Pick<Client, 'libpod'>): readonly string[] =>
  libpod && dropped.every((name) => notOfPodman.has(name.replace(/^CAP_/, ''))) ? [] : dropped

/** Podman has a number for what it was given by name. */
const signalOf = (signal: string | number | undefined): string | undefined => {
  if (signal === undefined || signal === '') return undefined
  const number = Number(signal)
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? String(signal)
}

const restartOf = ({RestartPolicy: policy}: Docker.HostConfig): string | undefined =>
  policy?.MaximumRetryCount ? `${policy.Name}:${policy.MaximumRetryCount}` : policy?.Name || undefined

const modeOf = ({NetworkMode: mode = ''}: Docker.HostConfig): InstanceMaking['networkMode'] => {
  if (mode === 'none' || mode === 'host') return mode
  return mode.startsWith('container:') ? 'container' : undefined
}
