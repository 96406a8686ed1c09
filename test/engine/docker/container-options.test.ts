import test from 'ava'

import {containerOptions, onceOptions} from '../../../src/engine/docker/container-options.ts'
import type {EngineFacts, InstanceSpec, OnceSpec} from '../../../src/lifecycle/ports.ts'
import type {Attachment, ContainerOptions} from '../../../src/release/container.ts'

const facts: EngineFacts = {
  name: 'Docker Engine',
  version: '28',
  apiVersion: '1.51',
  endpoint: 'unix:///docker.sock',
  builder: 'buildkit',
  reach: 'address',
  dataRoot: undefined,
}
const client = {facts, libpod: undefined}

const spec: InstanceSpec = {
  name: 'c',
  image: 'sha256:1',
  labels: {'imm.project': 'shop'},
  env: {},
  command: undefined,
  user: undefined,
  port: 8080,
  volumes: [],
  tmpfs: [],
  memoryBytes: undefined,
  cpus: undefined,
}

const attachment: Attachment = {
  networks: [{name: 'n', aliases: ['a'], macAddress: '02:00:00:00:00:01', linkLocalIps: ['169.254.1.1']}],
  hostname: 'h',
  domainname: 'd',
  extraHosts: [{name: 'x', address: '::1'}],
  dns: ['192.0.2.1'],
  dnsSearch: ['s'],
  dnsOptions: ['o'],
}

/** All there are: a new one that nobody passes on is a mistake of types here. */
const every: Required<Omit<ContainerOptions, 'platform' | 'tmpfsOptions'>> = {
  annotations: {a: 'b'},
  capAdd: ['X'],
  capDrop: ['Y'],
  cgroup: 'host',
  cgroupParent: '/p',
  cpuPeriod: 1,
  cpuQuota: 2,
  cpuRealtimePeriod: 3,
  cpuRealtimeRuntime: 4,
  cpuShares: 5,
  cpuset: '0-1',
  deviceCgroupRules: ['c 1:3 mr'],
  devices: [{source: '/dev/a', target: '/dev/b', permissions: 'rwm'}],
  deviceRequests: [{driver: 'nvidia', count: -1, capabilities: ['gpu'], options: {o: 'p'}}],
  blkio: {
    weight: 10,
    weightDevice: [{path: '/dev/a', weight: 20}],
    deviceReadBps: [{path: '/dev/a', rate: 1}],
    deviceReadIops: [{path: '/dev/a', rate: 2}],
    deviceWriteBps: [{path: '/dev/a', rate: 3}],
    deviceWriteIops: [{path: '/dev/a', rate: 4}],
  },
  entrypoint: ['e'],
  groupAdd: ['g'],
  healthcheck: {test: ['CMD', 't'], startIntervalMs: 1.5},
  init: false,
  ipc: 'shareable',
  isolation: 'default',
  labels: {l: 'm', 'imm.role': 'sandbox'},
  logging: {driver: 'syslog', options: {tag: 't'}},
  memoryReservationBytes: 6,
  memorySwappiness: 7,
  memorySwapBytes: -1,
  oomKillDisable: true,
  oomScoreAdj: 8,
  pid: 'host',
  pidsLimit: 9,
  privileged: true,
  restart: 'always',
  runtime: 'r',
  securityOpt: ['label=disable'],
  shmBytes: 10,
  stdinOpen: true,
  stopSignal: 'SIGINT',
  stopGraceMs: 1500,
  storageOpt: {size: '1G'},
  sysctls: {s: '1'},
  tty: true,
  ulimits: [{name: 'nofile', soft: 1, hard: 2}],
  usernsMode: 'host',
  uts: 'host',
  workingDir: '/w',
}

test('every option is in what the engine is asked to create', (t) => {
  const {HostConfig, ...body} = containerOptions({...spec, options: every}, client, true)
  t.like(body, {
    Entrypoint: ['e'],
    Healthcheck: {Test: ['CMD', 't'], StartInterval: 1_500_000},
    OpenStdin: true,
    StopSignal: 'SIGINT',
    StopTimeout: 2,
    Tty: true,
    WorkingDir: '/w',
  })
  t.like(body.Labels, {l: 'm', 'imm.project': 'shop', 'imm.port': '8080'})
  t.is(body.Labels?.['imm.role'], undefined)
  t.deepEqual(HostConfig as object, {
    Init: false,
    SecurityOpt: ['no-new-privileges', 'label=disable'],
    RestartPolicy: {Name: 'always'},
    LogConfig: {Type: 'syslog', Config: {tag: 't'}},
    Annotations: {a: 'b'},
    CapAdd: ['X'],
    CapDrop: ['Y'],
    CgroupnsMode: 'host',
    CgroupParent: '/p',
    CpuPeriod: 1,
    CpuQuota: 2,
    CpuRealtimePeriod: 3,
    CpuRealtimeRuntime: 4,
    CpuShares: 5,
    CpusetCpus: '0-1',
    GroupAdd: ['g'],
    IpcMode: 'shareable',
    Isolation: 'default',
    MemoryReservation: 6,
    MemorySwap: -1,
    MemorySwappiness: 7,
    OomKillDisable: true,
    OomScoreAdj: 8,
    PidMode: 'host',
    PidsLimit: 9,
    Privileged: true,
    Runtime: 'r',
    ShmSize: 10,
    StorageOpt: {size: '1G'},
    Sysctls: {s: '1'},
    Ulimits: [{Name: 'nofile', Soft: 1, Hard: 2}],
    UsernsMode: 'host',
    UTSMode: 'host',
    BlkioWeight: 10,
    BlkioWeightDevice: [{Path: '/dev/a', Weight: 20}],
    BlkioDeviceReadBps: [{Path: '/dev/a', Rate: 1}],
    BlkioDeviceReadIOps: [{Path: '/dev/a', Rate: 2}],
    BlkioDeviceWriteBps: [{Path: '/dev/a', Rate: 3}],
    BlkioDeviceWriteIOps: [{Path: '/dev/a', Rate: 4}],
    Devices: [{PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'rwm'}],
    DeviceCgroupRules: ['c 1:3 mr'],
    DeviceRequests: [{Driver: 'nvidia', Count: -1, Capabilities: [['gpu']], Options: {o: 'p'}}],
    Tmpfs: {},
    Mounts: [],
    ReadonlyRootfs: false,
  })
})

test('who joins a sandbox brings neither names nor networks nor ports', (t) => {
  const alone = containerOptions({...spec, attachment}, client, true)
  t.like(alone, {
    Hostname: 'h',
    Domainname: 'd',
    ExposedPorts: {'8080/tcp': {}},
    NetworkingConfig: {
      EndpointsConfig: {
        n: {Aliases: ['a'], MacAddress: '02:00:00:00:00:01', IPAMConfig: {LinkLocalIPs: ['169.254.1.1']}},
      },
    },
    HostConfig: {NetworkMode: 'n', ExtraHosts: ['x:::1'], Dns: ['192.0.2.1'], DnsSearch: ['s'], DnsOptions: ['o']},
  })
  const joined = containerOptions({...spec, attachment, sandbox: 's1'}, client, true)
  t.deepEqual(joined.ExposedPorts, {})
  t.is(joined.HostConfig?.NetworkMode, 'container:s1')
  for (const key of ['Hostname', 'Domainname', 'NetworkingConfig', 'MacAddress']) t.false(key in joined, key)
  for (const key of ['ExtraHosts', 'Dns', 'PortBindings']) t.false(key in (joined.HostConfig ?? {}), key)
})

test('what is kept with a container for one like it has nothing that may be a secret', (t) => {
  const options: ContainerOptions = {
    entrypoint: ['hidden'],
    healthcheck: {test: ['hidden']},
    logging: {driver: 'splunk', options: {'splunk-token': 'hidden'}},
    labels: {team: 'hidden'},
    annotations: {a: 'hidden'},
    shmBytes: 1,
  }
  const {Labels} = containerOptions({...spec, options}, client, true)
  t.deepEqual(JSON.parse(Labels?.['imm.given'] ?? ''), {
    options: {shmBytes: 1, logging: {driver: 'splunk'}},
    asked: ['entrypoint', 'healthcheck', 'annotations', 'logging.options'],
    labels: ['team'],
  })
  t.false('imm.given' in (containerOptions({...spec, options: {}}, client, true).Labels ?? {}))
})

test('a command that runs once has a log that can be read, and is neither checked nor started again', (t) => {
  const {port: _port, ...once} = spec
  const wanted: OnceSpec = {...once, network: undefined, options: every, command: ['x']}
  t.like(onceOptions(wanted, client, true), {
    Entrypoint: ['e'],
    Cmd: ['x'],
    Healthcheck: {Test: ['NONE']},
    HostConfig: {RestartPolicy: {Name: 'no'}, LogConfig: {Type: 'json-file'}},
  })
})
