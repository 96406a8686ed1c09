import type Docker from 'dockerode'

import type {MadeSettings} from '../../lifecycle/ports.ts'
import type {Client} from './client.ts'
import {givenOf} from './given.ts'

type Inspected = Docker.ContainerInspectInfo

/** The settings of a container: imm's own tell what they were given, of others it is what the engine has not by itself. */
export const madeSettings = (info: Inspected, {libpod}: Pick<Client, 'libpod'>): MadeSettings => {
  if ((info.Config.Labels as Record<string, string> | null)?.['imm.project'] !== undefined) {
    const {options, attachment: {networks: _networks, mode: _mode, ...names} = {}} = givenOf(info)
    return {...options, ...names}
  }
  return filled({
    ...limitsOf(info.HostConfig),
    ...spacesOf(info.HostConfig),
    ...namesOf(info),
    ...devicesOf(info.HostConfig),
    stdinOpen: info.Config.OpenStdin,
    tty: info.Config.Tty,
    ...(libpod === undefined ? {} : ofPodman(info.HostConfig)),
  })
}

const limitsOf = (host: Docker.HostConfig) => ({
  blkio: filled({
    weight: host.BlkioWeight || undefined,
    weightDevice: weightsOf(host.BlkioWeightDevice),
    deviceReadBps: ratesOf(host.BlkioDeviceReadBps),
    deviceReadIops: ratesOf(host.BlkioDeviceReadIOps),
    deviceWriteBps: ratesOf(host.BlkioDeviceWriteBps),
    deviceWriteIops: ratesOf(host.BlkioDeviceWriteIOps),
  }),
  cpuset: host.CpusetCpus,
  cpuShares: host.CpuShares,
  cpuRealtimePeriod: host.CpuRealtimePeriod,
  cpuRealtimeRuntime: host.CpuRealtimeRuntime,
  memoryReservationBytes: host.MemoryReservation,
  memorySwapBytes: host.MemorySwap,
  memorySwappiness: host.MemorySwappiness,
  oomKillDisable: host.OomKillDisable,
  oomScoreAdj: host.OomScoreAdj,
  shmBytes: host.ShmSize,
  ulimits: ulimitsOf(host),
})

/** Podman calls them as the system does: RLIMIT_NOFILE. */
const ulimitsOf = ({Ulimits}: Docker.HostConfig) =>
  ((Ulimits ?? []) as {Name: string; Soft: number; Hard: number}[]).map(({Name, Soft, Hard}) => ({
    name: Name.toLowerCase().replace(/^rlimit_/, ''),
    soft: Soft,
    hard: Hard,
  }))

type Named = {Path: string}

const weightsOf = (list: unknown) =>
  (list as (Named & {Weight: number})[] | null | undefined)?.map(({Path: path, Weight: weight}) => ({path, weight}))

const ratesOf = (list: unknown) =>
  (list as (Named & {Rate: number})[] | null | undefined)?.map(({Path: path, Rate: rate}) => ({path, rate}))

/** Which cgroup namespace it has is not told: where nothing is said, it follows from the machine's version of cgroups. */
const spacesOf = (host: Docker.HostConfig) => ({
  cgroupParent: host.CgroupParent,
  // Daemons have one of the two by themselves.
  ipc: host.IpcMode === 'shareable' ? undefined : host.IpcMode,
  pid: host.PidMode,
  usernsMode: host.UsernsMode,
  uts: host.UTSMode,
  groupAdd: host.GroupAdd,
  runtime: host.Runtime,
  securityOpt: host.SecurityOpt as unknown,
  storageOpt: host.StorageOpt,
  sysctls: host.Sysctls,
  tmpfsOptions: tmpfsOf(host),
})

const tmpfsOf = ({Tmpfs, Mounts}: Docker.HostConfig): Record<string, string> =>
  Object.fromEntries<string>([
    ...(Mounts ?? [])
      .filter(({Type}) => Type === 'tmpfs')
      .map(({Target, TmpfsOptions: {SizeBytes: size, Mode: mode} = {SizeBytes: 0, Mode: 0}}): [string, string] => [
        Target,
        [...(size ? [`size=${size}`] : []), ...(mode ? [`mode=${mode.toString(8)}`] : [])].join(','),
      ]),
    ...Object.entries((Tmpfs ?? {}) as Record<string, string>),
  ])

/** A container is called by its id where nobody named it, and as the machine where it has its network. */
const namesOf = ({Id, Config, HostConfig}: Inspected) => ({
  hostname: Id.startsWith(Config.Hostname) || HostConfig.NetworkMode === 'host' ? undefined : Config.Hostname,
  domainname: Config.Domainname,
  extraHosts: (HostConfig.ExtraHosts as string[] | null | undefined)?.map((line) => {
    const [, name = line, address = ''] = /^([^:=]+)[:=](.*)$/.exec(line) ?? []
    return {name, address: address.replace(/^\[(.*)\]$/, '$1')}
  }),
  dns: HostConfig.Dns,
  dnsSearch: HostConfig.DnsSearch,
  dnsOptions: HostConfig.DnsOptions,
})

interface Device {
  PathOnHost: string
  PathInContainer: string
  CgroupPermissions: string
}

const devicesOf = (host: Docker.HostConfig) => ({
  deviceCgroupRules: host.DeviceCgroupRules,
  devices: (host.Devices as Device[] | null | undefined)?.map(
    ({PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions}) => ({
      source,
      target,
      // Podman leaves it out.
      permissions: permissions || 'rwm',
    }),
  ),
  deviceRequests: host.DeviceRequests?.map(({Driver, Count, DeviceIDs, Capabilities, Options}) => ({
    driver: Driver,
    count: Count,
    deviceIds: DeviceIDs ?? [],
    capabilities: Capabilities?.flat() ?? [],
    options: Options ?? {},
  })),
})

/** Podman writes its defaults into each container; those of its limits are the machine's. */
const ofPodman = (host: Docker.HostConfig) => ({
  cgroupParent: /^(?:user|machine)\.slice$/.test(host.CgroupParent ?? '') ? undefined : host.CgroupParent,
  memorySwappiness: host.MemorySwappiness || undefined,
  pid: host.PidMode === 'private' ? undefined : host.PidMode,
  shmBytes: host.ShmSize === 65_536_000 ? undefined : host.ShmSize,
  ulimits: ulimitsOf(host).filter(({name}) => name !== 'nofile' && name !== 'nproc'),
  uts: host.UTSMode === 'private' ? undefined : host.UTSMode,
})

/** Engines say null, or nothing, or an empty word for what is not there. */
const filled = (values: Readonly<Record<string, unknown>>): MadeSettings =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      if (value === null || value === undefined || value === '') return false
      return typeof value !== 'object' || Object.keys(value).length > 0
    }),
  )
