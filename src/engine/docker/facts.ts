import os from 'node:os'

import type Docker from 'dockerode'
import {z} from 'zod'

import type {EngineFacts} from '../../lifecycle/ports.ts'
import type {Client} from './client.ts'

/** What `/info` says, as far as it matters here. */
const infoSchema = z.object({
  OperatingSystem: z.string().default(''),
  KernelVersion: z.string().default(''),
  DockerRootDir: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
  OSType: z.string().optional(),
  DriverStatus: z.array(z.array(z.string())).nullish().catch(undefined),
})

export interface Found {
  docker: Docker
  endpoint: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  platform: NodeJS.Platform
}

export interface Wishes {
  reach: EngineFacts['reach'] | undefined
  builder: 'classic' | undefined
}

/** Newest API that this adapter was written for; an older engine's own is used instead. */
const knownApi = '1.51'

export const apiVersion = (headers: Found['headers']): string => {
  const own = String(headers['api-version'] ?? '')
  if (!/^1\.\d+$/.test(own)) return knownApi
  return Number(own.slice(2)) < Number(knownApi.slice(2)) ? own : knownApi
}

export const isPodman = (headers: Found['headers']): boolean => headers['libpod-api-version'] !== undefined

export const readFacts = async (
  {docker, endpoint, headers, platform}: Found,
  {reach, builder}: Wishes,
): Promise<Pick<Client, 'facts' | 'local' | 'architecture' | 'store'>> => {
  const [version, answer] = await Promise.all([docker.version(), docker.info() as Promise<unknown>])
  const info = infoSchema.parse(answer)
  const rootless = info.SecurityOptions?.some((option) => option.includes('name=rootless')) ?? false
  // Another kernel is a virtual machine (Docker Desktop, Colima): its addresses and paths are not this machine's.
  const local =
    platform === 'linux' &&
    endpoint.startsWith('unix://') &&
    info.KernelVersion === os.release() &&
    info.OperatingSystem !== 'Docker Desktop'
  const facts: EngineFacts = {
    name: isPodman(headers) ? 'Podman Engine' : 'Docker Engine',
    version: version.Version,
    apiVersion: apiVersion(headers),
    endpoint,
    builder: builder ?? builderOf(headers),
    reach: reach ?? (local && !rootless ? 'address' : 'published'),
    dataRoot: local ? info.DockerRootDir : undefined,
  }
  const containerd = info.DriverStatus?.some(([, value]) => value?.startsWith('io.containerd.snapshotter'))
  return {facts, local, architecture: version.Arch, store: containerd ? 'containerd' : 'other'}
}

/**
 * Engines name their preferred builder in a header, `Builder-Version: 2` for BuildKit, `1` where an administrator chose the classic one.
 * 20.10 without such a setting names none and has BuildKit all the same, as every Docker on Linux since API 1.39.
 */
const builderOf = (headers: Found['headers']): EngineFacts['builder'] => {
  if (isPodman(headers) || headers['builder-version'] === '1') return 'classic'
  if (headers['builder-version'] === '2') return 'buildkit'
  return headers['ostype'] === 'linux' && Number(apiVersion(headers).slice(2)) >= 39 ? 'buildkit' : 'classic'
}
