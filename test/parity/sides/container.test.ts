import test from 'ava'

import type {Instance, InstanceDetails, InstanceMaking} from '../../../src/lifecycle/ports.ts'
import type {ConfigSide} from '../../../src/parity/facts.ts'
import {secretDigest} from '../../../src/parity/secrets/secret-digest.ts'
import {containerRun, podmansVariables} from '../../../src/parity/sides/container.ts'
import {concealed} from '../../../src/parity/sides/variable.ts'

const healthcheck = {test: ['CMD', 'true'], intervalMs: 1000}

const own: ConfigSide = {
  user: 'node',
  workdir: '/app',
  entrypoint: ['tini', '--'],
  command: ['node', 'server.js'],
  env: [concealed('PATH', '/bin'), concealed('API_TOKEN', 'of-the-image')],
  ports: ['8080/tcp'],
  volumes: ['/data'],
  labels: {},
  stopSignal: '',
  healthcheck,
}

/** A container that was started with nothing but its image. */
const details: InstanceDetails = {
  instance: {id: 'c', image: 'sha256:1', labels: {}} as unknown as Instance,
  env: {PATH: '/bin', API_TOKEN: 'of-the-image'},
  command: own.command,
  entrypoint: own.entrypoint,
  user: 'node',
  memoryBytes: undefined,
  cpus: undefined,
  readOnly: false,
  restarts: false,
  mounts: [{kind: 'volume', source: 'a'.repeat(64), path: '/data', readOnly: false}],
  published: [],
  networks: ['default'],
}

const making: InstanceMaking = {
  imageName: 'shop:1',
  workingDir: '/app',
  stopSignal: undefined,
  stopGraceMs: undefined,
  healthcheck,
  capAdd: [],
  capDrop: [],
  privileged: false,
  noNewPrivileges: false,
  pidsLimit: undefined,
  restart: 'no',
  init: false,
  networkMode: undefined,
  settings: {},
}

const run = (
  ofDetails: Partial<InstanceDetails> = {},
  ofMaking: Partial<InstanceMaking> = {},
  added: ReadonlySet<string> = new Set(),
) => containerRun('container:c', {details: {...details, ...ofDetails}, making: {...making, ...ofMaking}, own, added})

test("what is the image's own is no part of how a container is run", (t) => {
  t.deepEqual(run(), {
    source: 'container:c',
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

test("what replaces the image's own is told, and secrets by digest alone", (t) => {
  const {config, env} = run(
    {
      user: '0',
      entrypoint: [],
      command: ['node', 'other.js', '--password=hunter2'],
      env: {PATH: '/bin', API_TOKEN: 'another', LOG: 'debug'},
    },
    {workingDir: '/', stopSignal: 'SIGQUIT', healthcheck: {test: ['NONE']}},
  )
  t.deepEqual(config, {
    user: '0',
    workdir: '/',
    entrypoint: [],
    command: ['node', 'other.js', `--password=secret:${secretDigest('password', 'hunter2')}`],
    stopSignal: 'SIGQUIT',
    healthcheck: {test: ['NONE']},
  })
  t.deepEqual(env, [
    {name: 'API_TOKEN', secret: secretDigest('API_TOKEN', 'another')},
    {name: 'LOG', value: 'debug'},
  ])
})

test("a command with a secret is the image's where the image has the same", (t) => {
  const secret = {...own, command: ['run', `--password=secret:${secretDigest('password', 'hunter2')}`]}
  const facts = {
    details: {...details, command: ['run', '--password=hunter2']},
    making,
    own: secret,
    added: new Set<string>(),
  }
  t.deepEqual(containerRun('container:c', facts).config, {})
})

test('limits, privileges and the rest are told; what says the default is not', (t) => {
  const told = run(
    {
      memoryBytes: 1024,
      cpus: 0.5,
      readOnly: true,
      published: [{containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8080}],
    },
    {
      capAdd: ['CAP_NET_ADMIN'],
      capDrop: ['all'],
      privileged: true,
      noNewPrivileges: true,
      pidsLimit: 64,
      restart: 'unless-stopped',
      stopGraceMs: 3000,
      init: true,
    },
  )
  t.like(told, {
    memoryBytes: 1024,
    cpus: 0.5,
    readOnlyRoot: true,
    privileged: true,
    noNewPrivileges: true,
    pidsLimit: 64,
    restart: 'unless-stopped',
    stopGraceMs: 3000,
    init: true,
  })
  t.deepEqual([told.capAdd, told.capDrop, told.publishes], [['NET_ADMIN'], ['ALL'], ['80/tcp']])
})

test('mounts are told by what they are: an anonymous volume of the image is none, a secret is not just a file', (t) => {
  const told = run({
    mounts: [
      {kind: 'volume', source: 'shop_data', path: '/data', readOnly: false},
      {kind: 'bind', source: '/x', path: '/run/secrets/key', readOnly: true},
      {kind: 'bind', source: '/y', path: '/src', readOnly: false},
      {kind: 'tmpfs', source: '', path: '/tmp', readOnly: false},
    ],
  })
  t.deepEqual(told.mounts, [
    {path: '/data', kind: 'volume', readOnly: false},
    {path: '/run/secrets/key', kind: 'secret', readOnly: true},
    {path: '/src', kind: 'bind', readOnly: false},
  ])
  t.deepEqual(told.tmpfs, ['/tmp'])
})

const labelled = (labels: Record<string, string>) => ({instance: {...details.instance, labels}})

test("networks are told without the project's prefix", (t) => {
  const compose = labelled({'com.docker.compose.project': 'shop'})
  t.deepEqual(run({...compose, networks: ['shop_default', 'outside']}).networks, ['default', 'outside'])
  const imm = labelled({'imm.project': 'shop', 'imm.environment': 'main'})
  t.deepEqual(run({...imm, networks: ['imm_shop_main.backend']}).networks, ['backend'])
  t.like(run({networks: ['host']}, {networkMode: 'host'}), {networks: [], networkMode: 'host'})
})

test("a sandbox that imm's container joined is no network mode of its own", (t) => {
  t.is(run({}, {networkMode: 'container'}).networkMode, 'container')
  const joined = {instance: {...details.instance, sandbox: 's'}}
  t.is(run(joined, {networkMode: 'container'}).networkMode, undefined)
})

test('what Podman adds to the variables is not told', (t) => {
  const env = {...details.env, container: 'podman', HOME: '/root', OWN: '1'}
  t.deepEqual(run({env}, {}, podmansVariables).env, [{name: 'OWN', value: '1'}])
})

test('further settings are told by the words of Compose, and what engines add to a privileged one is not', (t) => {
  const settings = {
    ulimits: [{name: 'nofile', soft: 64, hard: 128}],
    securityOpt: ['label=disable', 'seccomp=unconfined'],
    tmpfsOptions: {'/tmp': 'size=1m'},
    hostname: 'web',
    memorySwapBytes: 2048,
  }
  const told = run(
    {memoryBytes: 1024, mounts: [{kind: 'tmpfs', source: '', path: '/tmp', readOnly: false}]},
    {settings},
  )
  t.deepEqual(told.tmpfs, ['/tmp:size=1m'])
  t.deepEqual(told.others, {
    'ulimits.nofile': '64:128',
    'security_opt.label': 'disable',
    'security_opt.seccomp': 'unconfined',
    hostname: 'web',
  })
  const privileged = run({}, {privileged: true, settings: {securityOpt: settings.securityOpt}})
  t.is(privileged.others, undefined)
})
