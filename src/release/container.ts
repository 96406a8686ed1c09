/** How a container is run beside its image, command and volumes: what a Compose file says of it and the engine does. Plain data. */

/** How a container is attached to networks. */
export interface Attachment {
  /** by the engine's names; it is reached by the first. Empty, without `mode`: the engine's own */
  networks: readonly NetworkEndpoint[]
  /** in place of networks: none, the host's, or that of another container (its id or name) */
  mode?: 'none' | 'host' | {container: string} | undefined
  hostname?: string | undefined
  domainname?: string | undefined
  /** lines of /etc/hosts */
  extraHosts: readonly {name: string; address: string}[]
  dns: readonly string[]
  dnsSearch: readonly string[]
  dnsOptions: readonly string[]
}

export interface NetworkEndpoint {
  /** as the engine has it */
  name: string
  /** names that others on the network find it by */
  aliases: readonly string[]
  ipv4?: string | undefined
  ipv6?: string | undefined
  linkLocalIps?: readonly string[] | undefined
  macAddress?: string | undefined
  driverOptions?: Readonly<Record<string, string>> | undefined
}

/** A directory or file of this host. */
export interface BindMount {
  /** absolute, on the host of the engine */
  source: string
  /** absolute, in the container */
  path: string
  readOnly: boolean
  propagation?: string | undefined
  /** make the directory on the host where it is missing */
  create?: boolean | undefined
}

/** A port of the container on this host. */
export interface PublishedPort {
  containerPort: number
  protocol: 'tcp' | 'udp' | 'sctp'
  /** loopback unless somebody asked for another */
  hostIp: string
  /** undefined: any that is free */
  hostPort: number | undefined
}

export interface Healthcheck {
  /** `['NONE']`, `['CMD', ...]` or `['CMD-SHELL', text]`; undefined: the image's */
  test?: readonly string[] | undefined
  intervalMs?: number | undefined
  timeoutMs?: number | undefined
  startPeriodMs?: number | undefined
  startIntervalMs?: number | undefined
  retries?: number | undefined
}

export interface DeviceRequest {
  driver?: string | undefined
  /** -1: all */
  count?: number | undefined
  deviceIds?: readonly string[] | undefined
  capabilities?: readonly string[] | undefined
  options?: Readonly<Record<string, string>> | undefined
}

/** What the engine is told as it is; a key that is left out is the engine's default, or imm's. */
export interface ContainerOptions {
  annotations?: Readonly<Record<string, string>>
  capAdd?: readonly string[]
  capDrop?: readonly string[]
  cgroup?: 'host' | 'private'
  cgroupParent?: string
  cpuPeriod?: number
  cpuQuota?: number
  cpuRealtimePeriod?: number
  cpuRealtimeRuntime?: number
  cpuShares?: number
  cpuset?: string
  deviceCgroupRules?: readonly string[]
  devices?: readonly {source: string; target: string; permissions: string}[]
  deviceRequests?: readonly DeviceRequest[]
  blkio?: {
    weight?: number | undefined
    weightDevice?: readonly {path: string; weight: number}[] | undefined
    deviceReadBps?: readonly {path: string; rate: number}[] | undefined
    deviceReadIops?: readonly {path: string; rate: number}[] | undefined
    deviceWriteBps?: readonly {path: string; rate: number}[] | undefined
    deviceWriteIops?: readonly {path: string; rate: number}[] | undefined
  }
  entrypoint?: readonly string[]
  groupAdd?: readonly string[]
  healthcheck?: Healthcheck
  /** false: no init process; imm's default is one */
  init?: boolean
  ipc?: string
  isolation?: string
  /** beside imm's own, which win */
  labels?: Readonly<Record<string, string>>
  logging?: {driver?: string | undefined; options?: Readonly<Record<string, string>> | undefined}
  memoryReservationBytes?: number
  memorySwappiness?: number
  /** memory and swap together; -1: without limit */
  memorySwapBytes?: number
  oomKillDisable?: boolean
  oomScoreAdj?: number
  pid?: string
  pidsLimit?: number
  platform?: string
  privileged?: boolean
  /** engine starts it again by itself, whatever becomes of imm */
  restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
  runtime?: string
  securityOpt?: readonly string[]
  shmBytes?: number
  stdinOpen?: boolean
  stopSignal?: string
  /** how long it may take to end after its stop signal */
  stopGraceMs?: number
  storageOpt?: Readonly<Record<string, string>>
  sysctls?: Readonly<Record<string, string>>
  /** mount options by path, for those that have any: `size=64m,mode=1777` */
  tmpfsOptions?: Readonly<Record<string, string>>
  tty?: boolean
  ulimits?: readonly {name: string; soft: number; hard: number}[]
  usernsMode?: string
  uts?: string
  workingDir?: string
}

/** A network as the engine is to make it. */
export interface NetworkSpec {
  /** as the engine has it */
  name: string
  labels: Readonly<Record<string, string>>
  driver?: string | undefined
  driverOptions?: Readonly<Record<string, string>> | undefined
  /** nothing outside is reached from it */
  internal?: boolean | undefined
  attachable?: boolean | undefined
  enableIpv4?: boolean | undefined
  enableIpv6?: boolean | undefined
  ipam?:
    | {
        driver?: string | undefined
        options?: Readonly<Record<string, string>> | undefined
        config?:
          | readonly {
              subnet?: string | undefined
              ipRange?: string | undefined
              gateway?: string | undefined
              auxAddresses?: Readonly<Record<string, string>> | undefined
            }[]
          | undefined
      }
    | undefined
}

/** A volume as the engine is to make it. */
export interface VolumeSpec {
  /** as the engine has it */
  name: string
  labels: Readonly<Record<string, string>>
  driver?: string | undefined
  driverOptions?: Readonly<Record<string, string>> | undefined
}
