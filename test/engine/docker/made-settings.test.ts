import test from 'ava'
import type Docker from 'dockerode'

import {madeSettings} from '../../../src/engine/docker/made-settings.ts'
import {settingsOf} from '../../../src/parity/sides/settings/settings.ts'

const id = 'a1b2c3d4e5f6'.repeat(5)

/** As engines tell of a container that was given nothing but its image. */
const plain = (host: object, more: object = {}): Docker.ContainerInspectInfo =>
  ({
    Id: id,
    Config: {Hostname: id.slice(0, 12), Domainname: '', Labels: null, Tty: false, OpenStdin: false, ...more},
    HostConfig: host,
  }) as unknown as Docker.ContainerInspectInfo

const docker = {
  BlkioWeight: 0,
  CgroupnsMode: 'host',
  CgroupParent: '',
  CpuShares: 0,
  CpusetCpus: '',
  Devices: [],
  DeviceRequests: null,
  Dns: [],
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  MemorySwap: 0,
  MemorySwappiness: null,
  NetworkMode: 'bridge',
  OomKillDisable: null,
  OomScoreAdj: 0,
  PidMode: '',
  Runtime: 'runc',
  SecurityOpt: null,
  ShmSize: 67_108_864,
  Ulimits: null,
  UsernsMode: '',
  UTSMode: '',
}
const podman = {
  ...docker,
  CgroupParent: 'user.slice',
  IpcMode: 'shareable',
  MemorySwappiness: 0,
  PidMode: 'private',
  Runtime: 'crun',
  SecurityOpt: [],
  ShmSize: 65_536_000,
  UTSMode: 'private',
  Ulimits: [
    {Name: 'RLIMIT_NOFILE', Soft: 1_048_576, Hard: 1_048_576},
    {Name: 'RLIMIT_NPROC', Soft: 4_194_304, Hard: 4_194_304},
  ],
}

const told = (host: object, {libpod, more}: {libpod?: Docker; more?: object} = {}) =>
  settingsOf(madeSettings(plain(host, more), {libpod}))

test("an engine's own defaults are no settings", (t) => {
  t.deepEqual(told(docker), {})
  t.deepEqual(told(podman, {libpod: {} as Docker}), {})
})

test('what a container was given is told as Compose would say it', (t) => {
  t.deepEqual(
    told(
      {
        ...docker,
        BlkioWeight: 10,
        BlkioDeviceReadBps: [{Path: '/dev/sda', Rate: 5}],
        Devices: [{PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm'}],
        DeviceRequests: [{Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {}}],
        Dns: ['1.1.1.1'],
        ExtraHosts: ['db:10.0.0.9', 'six:::1'],
        GroupAdd: ['998'],
        IpcMode: 'host',
        MemorySwappiness: 0,
        PidMode: 'container:abc',
        SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'],
        ShmSize: 1024,
        Sysctls: {'net.core.somaxconn': '1'},
        Ulimits: [{Name: 'nofile', Soft: 64, Hard: 128}],
      },
      {more: {Hostname: 'web', Tty: true}},
    ),
    {
      blkio_config: '{"deviceReadBps":[{"path":"/dev/sda","rate":5}],"weight":10}',
      devices: '/dev/fuse:/dev/fuse:rwm',
      dns: '1.1.1.1',
      extra_hosts: 'db=10.0.0.9, six=::1',
      gpus: 'all gpu',
      group_add: '998',
      hostname: 'web',
      ipc: 'host',
      mem_swappiness: '0',
      pid: 'another container',
      'security_opt.seccomp': 'a profile of its own',
      shm_size: '1024',
      'sysctls.net.core.somaxconn': '1',
      tty: 'true',
      'ulimits.nofile': '64:128',
    },
  )
})

test("options of a tmpfs are told from either way to give it, and the machine's name is nobody's", (t) => {
  const {tmpfsOptions} = madeSettings(
    plain({
      ...docker,
      Tmpfs: {'/tmp': 'size=1m', '/run': ''},
      Mounts: [{Type: 'tmpfs', Target: '/x', TmpfsOptions: {SizeBytes: 10, Mode: 0o700}}],
    }),
    {libpod: undefined},
  )
  t.deepEqual(tmpfsOptions, {'/tmp': 'size=1m', '/run': '', '/x': 'size=10,mode=700'})
  t.deepEqual(told({...docker, NetworkMode: 'host'}, {more: {Hostname: 'laptop'}}), {})
})

test("of imm's own containers what they were given is told, and not what imm adds", (t) => {
  const labels = {'imm.project': 'shop', 'imm.given': JSON.stringify({options: {shmBytes: 1024}})}
  t.deepEqual(told({...docker, MemorySwap: 5, ShmSize: 1024}, {more: {Labels: labels}}), {shm_size: '1024'})
})
