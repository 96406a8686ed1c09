import type Docker from 'dockerode'

import type {ContainerOptions} from '../../release/container.ts'
import type {Client} from './client.ts'

interface Limits {
  memoryBytes: number | undefined
  cpus: number | undefined
}

/** What of a container's options belongs to its host, in the engine's words. */
export const hostOptions = (
  options: ContainerOptions,
  {memoryBytes, cpus}: Limits,
  libpod: Client['libpod'],
  init: boolean,
): Docker.HostConfig => ({
  Init: init && hasInit(options),
  SecurityOpt: securityOf(options),
  RestartPolicy: {Name: options.restart ?? 'no'},
  // Without a limit on swap too, a container over its memory slows the machine down instead of ending.
  ...(memoryBytes === undefined ? {} : {Memory: memoryBytes, MemorySwap: memoryBytes}),
  ...(cpus === undefined ? {} : {NanoCpus: Math.round(cpus * 1e9)}),
  ...logConfig(options, libpod),
  ...asGiven(options),
  ...blkioOf(options),
  ...devicesOf(options),
})

/**
 * PID 1 has no default signal handlers: without an init most programs ignore SIGTERM and cost the whole grace time. In the process space of
 * others it would not be that, and says so in the log.
 */
const hasInit = ({init, pid}: ContainerOptions): boolean => init ?? pid === undefined

const ownSecurity = 'no-new-privileges'

const securityOf = ({securityOpt = []}: ContainerOptions): string[] => {
  const isGiven = securityOpt.some((option) => option === ownSecurity || /^no-new-privileges[:=]/.test(option))
  return isGiven ? [...securityOpt] : [ownSecurity, ...securityOpt]
}

const ownLogging = {'max-size': '10m', 'max-file': '2'}

/** imm's own driver is bounded; another has the options that it was given, and nothing of ours. */
const logConfig = ({logging}: ContainerOptions, libpod: Client['libpod']): Docker.HostConfig => {
  const {driver = 'json-file', options = {}} = logging ?? {}
  if (driver !== 'json-file') return {LogConfig: {Type: driver, Config: {...options}}}
  // Podman has no such driver; its own is bounded by its configuration.
  return libpod ? {} : {LogConfig: {Type: driver, Config: {...ownLogging, ...options}}}
}

const asGiven = (options: ContainerOptions): Docker.HostConfig =>
  defined({
    Annotations: options.annotations,
    CapAdd: options.capAdd,
    CapDrop: options.capDrop,
    CgroupnsMode: options.cgroup,
    CgroupParent: options.cgroupParent,
    CpuPeriod: options.cpuPeriod,
    CpuQuota: options.cpuQuota,
    CpuRealtimePeriod: options.cpuRealtimePeriod,
    CpuRealtimeRuntime: options.cpuRealtimeRuntime,
    CpuShares: options.cpuShares,
    CpusetCpus: options.cpuset,
    GroupAdd: options.groupAdd,
    IpcMode: options.ipc,
    Isolation: options.isolation,
    MemoryReservation: options.memoryReservationBytes,
    MemorySwap: options.memorySwapBytes,
    MemorySwappiness: options.memorySwappiness,
    OomKillDisable: options.oomKillDisable,
    OomScoreAdj: options.oomScoreAdj,
    PidMode: options.pid,
    PidsLimit: options.pidsLimit,
    Privileged: options.privileged,
    Runtime: options.runtime,
    ShmSize: options.shmBytes,
    StorageOpt: options.storageOpt,
    Sysctls: options.sysctls,
    Ulimits: options.ulimits?.map(({name, soft, hard}) => ({Name: name, Soft: soft, Hard: hard})),
    UsernsMode: options.usernsMode,
    UTSMode: options.uts,
  })

const rates = (list: readonly {path: string; rate: number}[] | undefined) =>
  list?.map(({path, rate}) => ({Path: path, Rate: rate}))

const blkioOf = ({blkio}: ContainerOptions): Docker.HostConfig => {
  return defined({
    BlkioWeight: blkio?.weight,
    BlkioWeightDevice: blkio?.weightDevice?.map(({path, weight}) => ({Path: path, Weight: weight})),
    BlkioDeviceReadBps: rates(blkio?.deviceReadBps),
    BlkioDeviceReadIOps: rates(blkio?.deviceReadIops),
    BlkioDeviceWriteBps: rates(blkio?.deviceWriteBps),
    BlkioDeviceWriteIOps: rates(blkio?.deviceWriteIops),
  })
}

const devicesOf = ({devices, deviceCgroupRules, deviceRequests}: ContainerOptions): Docker.HostConfig =>
  defined({
    Devices: devices?.map(({source, target, permissions}) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
    DeviceCgroupRules: deviceCgroupRules,
    DeviceRequests: deviceRequests?.map(({driver, count, deviceIds, capabilities, options}) =>
      defined({
        Driver: driver,
        Count: count,
        DeviceIDs: deviceIds,
        // A list of alternatives, each a list of what must be there together.
        Capabilities: capabilities && [capabilities],
        Options: options,
      }),
    ),
  })

/** Engines take null for a value. */
const defined = (values: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
