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
    tmpfs: ['/scratch', '/tmp'],
    mounts: [
      {path: '/data', kind: 'volume', readOnly: false},
      {path: '/etc/app.conf', kind: 'config', readOnly: true},
      {path: '/run/secrets/key', kind: 'secret', readOnly: true},
      {path: '/src', kind: 'bind', readOnly: true},
    ],
    networks: ['backend', 'outside'],
    publishes: ['53/udp', '80/tcp'],
    restart: 'on-failure',
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
