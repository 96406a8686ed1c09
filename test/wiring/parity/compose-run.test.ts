import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {loadCompose} from '../../../src/compose/load.ts'
import type {RunSide} from '../../../src/parity/facts.ts'
import {secretDigest} from '../../../src/parity/secrets/secret-digest.ts'
import {composeRun} from '../../../src/wiring/parity/compose-run.ts'

const signal = new AbortController().signal

/** The run of the service `web` of a Compose file. */
const runOf = async (text: string, env: Readonly<Record<string, string>> = {}): Promise<RunSide> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-compose-run-'))
  try {
    await writeFile(path.join(directory, 'compose.yaml'), `name: shop\n${text}`)
    const model = await loadCompose({directory, files: [], profiles: ['*'], env, warn: () => {}, signal})
    if (!model) throw new Error('no model')
    return composeRun('compose:compose.yaml#web', 'web', model)
  } finally {
    await rm(directory, {recursive: true, force: true})
  }
}

test('a service that says nothing is its image alone', async (t) => {
  t.deepEqual(await runOf('services: {web: {image: "shop:1"}}'), {
    source: 'compose:compose.yaml#web',
    image: 'shop:1',
    config: {},
    env: [],
    capAdd: [],
    capDrop: [],
    privileged: false,
    tmpfs: [],
    mounts: [],
    networks: ['default'],
    publishes: [],
  })
})

test('everything that it says is told', async (t) => {
  const run = await runOf(
    `services:
  web:
    image: shop:1
    user: "1000"
    working_dir: /srv
    entrypoint: [tini, --]
    stop_signal: SIGQUIT
    stop_grace_period: 5s
    healthcheck: {test: curl -f localhost, interval: 10s, retries: 3}
    environment: {PORT: "8080", DB_PASSWORD: "$PASSWORD", UNSET: null}
    mem_limit: 256m
    cpus: 0.5
    pids_limit: 50
    cap_add: [CAP_NET_ADMIN]
    cap_drop: [all]
    security_opt: ["no-new-privileges:true"]
    read_only: true
    init: true
    tmpfs: ["/tmp:size=1m"]
    volumes: ["data:/data", "./src:/src:ro", {type: tmpfs, target: /scratch}]
    secrets: [key]
    configs: [{source: app, target: /etc/app.conf}]
    networks: [backend, outside]
    ports: ["8080:80", "53/udp"]
    restart: on-failure:3
    deploy: {replicas: 3}
volumes: {data: {}}
secrets: {key: {file: ./key}}
configs: {app: {content: x}}
networks: {backend: {}, outside: {external: true}}
`,
    {PASSWORD: 'hunter2'},
  )
  t.deepEqual(run, {
    source: 'compose:compose.yaml#web',
    image: 'shop:1',
    config: {
      user: '1000',
      workdir: '/srv',
      entrypoint: ['tini', '--'],
      command: [],
      stopSignal: 'SIGQUIT',
      healthcheck: {test: ['CMD-SHELL', 'curl -f localhost'], intervalMs: 10_000, retries: 3},
    },
    env: [
      {name: 'DB_PASSWORD', secret: secretDigest('DB_PASSWORD', 'hunter2')},
      {name: 'PORT', value: '8080'},
    ],
    memoryBytes: 256 * 2 ** 20,
    cpus: 0.5,
    pidsLimit: 50,
    capAdd: ['NET_ADMIN'],
    capDrop: ['ALL'],
    privileged: false,
    noNewPrivileges: true,
    readOnlyRoot: true,
    init: true,
    tmpfs: ['/scratch', '/tmp:size=1m'],
    mounts: [
      {path: '/data', kind: 'volume', readOnly: false},
      {path: '/etc/app.conf', kind: 'config', readOnly: true},
      {path: '/run/secrets/key', kind: 'secret', readOnly: true},
      {path: '/src', kind: 'bind', readOnly: true},
    ],
    networks: ['backend', 'outside'],
    publishes: ['53/udp', '80/tcp'],
    restart: 'on-failure:3',
    others: {'compose.configs./etc/app.conf.content': secretDigest('/etc/app.conf', 'x')},
    replicas: 3,
    stopGraceMs: 5000,
  })
})

const service = (lines: string) => runOf(`services: {web: {image: "shop:1", ${lines}}}`)

test('two ways to say the same are the same', async (t) => {
  const limits = 'deploy: {resources: {limits: {memory: 256m, cpus: "0.5", pids: 50}}}'
  t.deepEqual(await service(limits), await service('mem_limit: 256m, cpus: 0.5, pids_limit: 50'))
  t.deepEqual(await service('cpu_quota: 50000'), await service('cpus: 0.5'))
  t.deepEqual(await service('deploy: {restart_policy: {condition: any}}'), await service('restart: always'))
  t.deepEqual(await service('restart: "no", init: false, read_only: false, scale: 1'), await service('init: false'))
  t.deepEqual((await service('network_mode: host')).networks, [])
  t.is((await service('network_mode: host')).networkMode, 'host')
  t.is((await service('network_mode: "container:x"')).networkMode, 'container')
})

const others = async (lines: string) => (await service(lines)).others

test('what has no place of its own is told by the words of Compose, each in one way', async (t) => {
  t.deepEqual(
    await others(
      `ulimits: {nofile: 64, nproc: {soft: 1, hard: 2}}, shm_size: 1g, devices: [/dev/fuse], gpus: all, sysctls: [net.a=1],
       security_opt: ["seccomp:./p.json", "apparmor=unconfined", "label:disable", "label:level:s0", "no-new-privileges"],
       pid: host, ipc: "service:web2", uts: host, cgroup: host, group_add: [b, a], extra_hosts: ["db=10.0.0.9"], dns: 1.1.1.1,
       dns_search: [x, a], mem_limit: 1g, memswap_limit: 1g, mem_swappiness: 0, mem_reservation: 1k, cpuset: "0", cpu_shares: 2,
       userns_mode: host, runtime: runsc, platform: linux/arm64, hostname: h, domainname: d, tty: true, stdin_open: true,
       oom_score_adj: -1, oom_kill_disable: true, storage_opt: {size: 1G}, blkio_config: {weight: 10}}, web2: {image: "db:1"`,
    ),
    {
      'ulimits.nofile': '64:64',
      'ulimits.nproc': '1:2',
      shm_size: String(2 ** 30),
      devices: '/dev/fuse:/dev/fuse:rwm',
      gpus: 'all gpu',
      'sysctls.net.a': '1',
      'security_opt.seccomp': 'a profile of its own',
      'security_opt.apparmor': 'unconfined',
      'security_opt.label': 'level:s0',
      'compose.security_opt.seccomp': './p.json',
      pid: 'host',
      ipc: 'another container',
      'compose.ipc': 'service:web2',
      uts: 'host',
      cgroup: 'host',
      group_add: 'a, b',
      extra_hosts: 'db=10.0.0.9',
      dns: '1.1.1.1',
      dns_search: 'x, a',
      memswap_limit: String(2 ** 30),
      mem_swappiness: '0',
      mem_reservation: '1024',
      cpuset: '0',
      cpu_shares: '2',
      userns_mode: 'host',
      runtime: 'runsc',
      platform: 'linux/arm64',
      hostname: 'h',
      domainname: 'd',
      tty: 'true',
      stdin_open: 'true',
      oom_score_adj: '-1',
      oom_kill_disable: 'true',
      'storage_opt.size': '1G',
      blkio_config: '{"weight":10}',
    },
  )
})

test('what nobody else has a word for is told as Compose writes it, without secrets', async (t) => {
  const told = await others(
    `pre_stop: [{command: [drain, --password=hunter2x], environment: {API_TOKEN: abcdef0123}}], expose: [90], links: ["db:a"],
     network_mode: "service:db", deploy: {mode: global, placement: {constraints: [a]}, resources: {reservations: {cpus: 1}}},
     use_api_socket: true, annotations: {a: b}, isolation: hyperv, cpu_period: 1000,
     volumes: ["ext:/a", "nfs:/b", "plain:/c:nocopy", "./x:/d"], secrets: [{source: key, mode: 0400}]}, db: {image: "db:1"}}
volumes: {ext: {external: true, name: shared}, nfs: {driver_opts: {type: cifs, o: "addr=1,password=hunter2x"}}, plain: {}}
secrets: {key: {file: ./key`,
  )
  const {'compose.pre_stop': hook = '', 'compose.volumes./b': nfs = '', ...plain} = told ?? {}
  t.notRegex(JSON.stringify(told), /hunter2|abcdef0123/)
  t.regex(
    hook,
    /^\[\{"command":\["drain","--password=secret:[0-9a-f]+"\],"environment":\{"API_TOKEN":"secret:[0-9a-f]+"\}\}\]$/,
  )
  t.regex(nfs, /"o":"addr=1,password=secret:[0-9a-f]+"/)
  t.deepEqual(plain, {
    'compose.expose': '["90/tcp"]',
    'compose.links': '["db:a"]',
    'compose.network_mode': 'service:db',
    'compose.deploy.mode': 'global',
    'compose.deploy.placement': '{"constraints":["a"]}',
    'compose.deploy.resources.reservations': '{"cpus":1}',
    'compose.use_api_socket': 'true',
    'compose.annotations': '{"a":"b"}',
    'compose.isolation': 'hyperv',
    'compose.cpu_period': '1000',
    'compose.volumes./a': '{"external":"shared"}',
    'compose.volumes./c': '{"nocopy":true}',
    'compose.secrets./run/secrets/key': '{"mode":"400"}',
  })
})

test('networks are told with what they are and how it is in them', async (t) => {
  const run = await runOf(`services: {web: {image: "shop:1", networks: {back: {aliases: [b, a]}, plain: {}}}}
networks: {back: {internal: true}, plain: {driver: bridge, labels: {a: b}}}
`)
  t.deepEqual(run.others, {
    'compose.networks.back': '{"aliases":["a","b"]}',
    'compose.networks.back.made': '{"internal":true}',
  })
})

test('what says the default in as many words is not told', async (t) => {
  t.is(
    await others(
      `shm_size: 64m, ipc: private, tty: false, stdin_open: false, cgroup: private, runtime: runc, oom_score_adj: 0, isolation: default,
       mem_limit: 1g, memswap_limit: 2g, security_opt: ["seccomp=builtin"], dns: [], ulimits: {}, deploy: {mode: replicated},
       labels: {a: b}, logging: {driver: none}, container_name: x, pull_policy: always, privileged: true, devices: [/dev/fuse]`,
    ),
    undefined,
  )
})
