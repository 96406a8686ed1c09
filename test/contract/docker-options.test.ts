import {randomBytes} from 'node:crypto'
import {mkdtemp, rm, stat} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'

import Docker from 'dockerode'

import {settingDifferences} from '../../src/drift/settings.ts'
import {connectEngine} from '../../src/engine/connect.ts'
import {isImmError} from '../../src/errors.ts'
import type {Engine, Instance, InstanceSpec, OnceSpec} from '../../src/lifecycle/ports.ts'
import {sealOf, withStarted} from '../../src/lifecycle/started.ts'
import type {Attachment, ContainerOptions} from '../../src/release/container.ts'
import {startedWith} from '../../src/release/started.ts'
import {test} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'
import {answer} from './engine-harness.ts'

const reason = (await noDocker()) ?? (await noBaseImage())
const onDocker = reason === undefined ? test : test.skip
const note = reason === undefined ? '' : ` (not run, because ${reason})`

const signal = new AbortController().signal
const project = `options-${randomBytes(4).toString('hex')}`
const shared = {'imm.project': project, 'imm.environment': 'main'}
const labels = {...shared, 'imm.app': 'web'}
const docker = new Docker({socketPath: dockerSocket})
const connect = (env: NodeJS.ProcessEnv = {}) =>
  connectEngine({
    env: {DOCKER_HOST: `unix://${dockerSocket}`, IMM_REACH: 'address', ...env},
    platform: process.platform,
    signal,
  })
const newName = () => `imm-${project}-${randomBytes(3).toString('hex')}`
const spec = async (more: Partial<InstanceSpec>): Promise<InstanceSpec> => ({
  name: newName(),
  image: await baseImage(dockerSocket),
  labels,
  env: {},
  command: ['sleep', '1000'],
  user: undefined,
  port: 0,
  volumes: [],
  tmpfs: [],
  memoryBytes: undefined,
  cpus: undefined,
  ...more,
})

/** What a command says in a container of these options. */
const said = async (engine: Engine, script: string, more: Partial<OnceSpec> = {}): Promise<string[]> => {
  const lines: string[] = []
  const command = ['sh', '-c', script]
  const {exitCode} = await engine.runOnce(
    {...(await spec({})), command, network: undefined, ...more},
    ({text}) => lines.push(text),
    signal,
  )
  return exitCode === 0 ? lines : [...lines, `exit ${exitCode}`]
}

const attachedTo = (...names: readonly string[]): Attachment => ({
  networks: names.map((name) => ({name, aliases: []})),
  extraHosts: [],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
})

test.afterEach.always(async () => {
  if (reason !== undefined) return
  const engine = await connect()
  const left = await engine.instances({'imm.project': project}, signal)
  await Promise.all(left.map(({id}) => engine.remove(id, 0, signal)))
  for (const {name} of await engine.networks({'imm.project': project}, signal)) await engine.removeNetwork(name, signal)
})

const mode = (wanted: Attachment['mode']): Attachment => ({...attachedTo(), mode: wanted})

const serve = (port: number, text = 'here'): string[] => [
  'sh',
  '-c',
  `mkdir -p /www; echo ${text} > /www/index.html; exec httpd -f -h /www -p ${port}`,
]

onDocker(`limits, rights and names inside are as the options say${note}`, async (t) => {
  const engine = await connect()
  const options: ContainerOptions = {
    ulimits: [{name: 'nofile', soft: 123, hard: 456}],
    sysctls: {'net.core.somaxconn': '77'},
    shmBytes: 2 ** 25,
    groupAdd: ['4242'],
    workingDir: '/etc',
    capDrop: ['ALL'],
    capAdd: ['NET_RAW'],
    tmpfsOptions: {'/small': 'size=1m,mode=700'},
  }
  const script = `ulimit -n; ulimit -Hn; cat /proc/sys/net/core/somaxconn; pwd; busybox df -k /dev/shm | busybox tail -1 | busybox awk '{print $2}'
    busybox id -G; busybox grep CapEff /proc/self/status; busybox df -k /small | busybox tail -1 | busybox awk '{print $2}'; busybox hostname`
  const attachment = {...attachedTo(), hostname: 'shop-1', domainname: 'example'}
  t.deepEqual(await said(engine, script, {options, attachment, tmpfs: ['/small']}), [
    '123',
    '456',
    '77',
    '/etc',
    '32768',
    '0 4242',
    // NET_RAW is the 13th (capabilities(7), linux/capability.h).
    'CapEff:\t0000000000002000',
    '1024',
    'shop-1',
  ])
})

onDocker(`hosts, name servers and search domains are those of the attachment${note}`, async (t) => {
  const engine = await connect()
  const attachment = {
    ...attachedTo(),
    extraHosts: [
      {name: 'door', address: '192.0.2.7'},
      {name: 'six', address: '2001:db8::7'},
    ],
    dns: ['192.0.2.53'],
    dnsSearch: ['shop.example'],
    dnsOptions: ['ndots:3'],
  }
  const lines = (await said(engine, 'cat /etc/hosts /etc/resolv.conf', {attachment})).join('\n')
  for (const line of [
    /^192\.0\.2\.7\s+door$/m,
    /^2001:db8::7\s+six$/m,
    /^nameserver 192\.0\.2\.53$/m,
    /^search shop\.example$/m,
    /^options ndots:3$/m,
  ])
    t.regex(lines, line)
})

onDocker(`PID 1 is imm's init, the application, or that of another process space${note}`, async (t) => {
  const engine = await connect()
  const first = 'cat /proc/1/cmdline'
  t.regex((await said(engine, first)).join(), /init/)
  t.notRegex((await said(engine, first, {options: {init: false}})).join(), /init/)
  t.deepEqual(await said(engine, 'cat /proc/self/stat | busybox wc -l', {options: {pid: 'host'}}), ['1'])
})

onDocker(`imm's own security goes with the user's, unless the user says otherwise${note}`, async (t) => {
  const engine = await connect()
  const script = 'busybox grep -E "NoNewPrivs|Seccomp:" /proc/self/status'
  const asked = async (securityOpt: readonly string[]) => said(engine, script, {options: {securityOpt}})
  t.deepEqual(await asked([]), ['NoNewPrivs:\t1', 'Seccomp:\t2'])
  t.deepEqual(await asked(['seccomp=unconfined']), ['NoNewPrivs:\t1', 'Seccomp:\t0'])
  t.deepEqual(await asked(['no-new-privileges:false']), ['NoNewPrivs:\t0', 'Seccomp:\t2'])
  t.deepEqual(await asked(['no-new-privileges:true']), ['NoNewPrivs:\t1', 'Seccomp:\t2'])
})

onDocker(`what the engine only keeps is kept as it was said${note}`, async (t) => {
  const engine = await connect()
  const options: ContainerOptions = {
    stopSignal: 'SIGINT',
    stopGraceMs: 4500,
    labels: {'com.example.team': 'shop'},
    logging: {options: {'max-size': '1m'}},
    restart: 'unless-stopped',
    cpuQuota: 50_000,
    cpuPeriod: 100_000,
    cpuShares: 512,
    cpuset: '0',
    memoryReservationBytes: 2 ** 25,
    memorySwapBytes: 2 ** 27,
    oomScoreAdj: 100,
    pidsLimit: 64,
    ipc: 'private',
    cgroup: 'private',
    uts: '',
    devices: [{source: '/dev/null', target: '/dev/nothing', permissions: 'r'}],
    tty: true,
    stdinOpen: true,
    healthcheck: {test: ['CMD', 'true'], intervalMs: 5000, timeoutMs: 1000, startPeriodMs: 2000, retries: 2},
  }
  const {id, health} = await engine.start(await spec({options, memoryBytes: 2 ** 26}), signal)
  const {Config, HostConfig} = await docker.getContainer(id).inspect()
  t.is(health, 'starting')
  t.like(Config, {StopSignal: 'SIGINT', StopTimeout: 5, Tty: true, OpenStdin: true})
  t.is(Config.Labels['com.example.team'], 'shop')
  t.deepEqual(Config.Healthcheck, {
    Test: ['CMD', 'true'],
    Interval: 5e9,
    Timeout: 1e9,
    StartPeriod: 2e9,
    Retries: 2,
  })
  t.like(HostConfig, {
    Memory: 2 ** 26,
    MemorySwap: 2 ** 27,
    MemoryReservation: 2 ** 25,
    CpuQuota: 50_000,
    CpuShares: 512,
    CpusetCpus: '0',
    OomScoreAdj: 100,
    PidsLimit: 64,
    RestartPolicy: {Name: 'unless-stopped', MaximumRetryCount: 0},
    LogConfig: {Type: 'json-file', Config: {'max-size': '1m', 'max-file': '2'}},
    Devices: [{PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'r'}],
  })
  t.like(await engine.startedWith(id, signal), {options, memoryBytes: 2 ** 26, cpus: undefined})
  t.like(await engine.details(id, signal), {cpus: 0.5, restarts: true})
  t.notRegex(Config.Labels['imm.given'] ?? '', /max-size|CMD/, 'what may hold a secret is in no label of imm’s')
})

onDocker(`a container that is kept stopped is not started again with the engine${note}`, async (t) => {
  const engine = await connect()
  const {id} = await engine.start(await spec({options: {restart: 'always'}}), signal)
  await engine.stop(id, 0, signal)
  t.is((await docker.getContainer(id).inspect()).HostConfig.RestartPolicy?.Name, 'no')
  t.is((await engine.startedWith(id, signal))?.options?.restart, 'always')
})

onDocker(`lines of a container with a terminal are told like any others${note}`, async (t) => {
  const engine = await connect()
  const command = ['sh', '-c', 'echo one; echo; echo two >&2; printf three']
  const {id} = await engine.start(await spec({command, options: {tty: true}}), signal)
  const followed = await Array.fromAsync(engine.logs(id, {follow: true}, signal), ({text}) => text)
  t.deepEqual(followed, ['one', '', 'two', 'three'])
  const printed = await Array.fromAsync(engine.logs(id, {follow: false, tail: 2}, signal))
  t.deepEqual(
    printed.map(({text}) => text),
    ['two', 'three'],
  )
  t.true(printed.every(({timeMs}) => Math.abs(Date.now() - timeMs) < 60_000))
})

onDocker(`a log that can't be read is an empty one${note}`, async (t) => {
  const engine = await connect()
  const {id} = await engine.start(await spec({options: {logging: {driver: 'none'}}}), signal)
  t.deepEqual(await Array.fromAsync(engine.logs(id, {follow: false}, signal)), [])
  await docker.getContainer(id).kill()
  t.deepEqual(await Array.fromAsync(engine.logs(id, {follow: true}, signal)), [])
})

onDocker(`what imm asked for is no drift, and a network that was added is${note}`, async (t) => {
  const engine = await connect()
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-bind-'))
  t.teardown(() => rm(directory, {recursive: true}))
  const [one, two, other] = ['one', 'two', 'other'].map((key) => `imm_${project}_main.${key}`) as [
    string,
    string,
    string,
  ]
  for (const name of [one, two, other]) await engine.network({name, labels: shared}, signal)
  const volumes = [{name: `imm_${project}_main.drift`, path: '/data', readOnly: false, labels: shared, noCopy: true}]
  const wanted = await spec({
    port: 8080,
    published: [{containerPort: 8080, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: undefined}],
    attachment: attachedTo(one, two),
    binds: [{source: `${directory}/`, path: '/here', readOnly: true}],
    volumes,
    tmpfs: ['/scratch'],
    command: ['1000'],
    options: {entrypoint: ['sleep'], restart: 'always', cpuQuota: 50_000, tmpfsOptions: {'/scratch': 'size=1m'}},
  })
  const {id, labels: own} = await engine.start(withStarted(wanted), signal)
  const image = {env: {}, command: [], entrypoint: [], user: '', volumes: []}
  const drift = async () => {
    const [details, started] = [await engine.details(id, signal), startedWith(own)]
    return details && started && settingDifferences(details, started, image, sealOf(own))
  }
  t.deepEqual(await drift(), [])
  await docker.getNetwork(other).connect({Container: id})
  t.like(await drift(), [{key: 'networks', actual: [one, other, two].toSorted().join(', ')}])
  await engine.remove(id, 0, signal)
  await engine.removeVolume(volumes[0]?.name ?? '', signal)
})

onDocker(`who is in an internal network is reached from here${note}`, async (t) => {
  const engine = await connect()
  const inner = `imm_${project}_main.inner`
  await engine.network({name: inner, labels: shared, internal: true}, signal)
  t.true(((await docker.getNetwork(inner).inspect()) as {Internal: boolean}).Internal)
  const instance = await engine.start(
    await spec({port: 8080, command: serve(8080), attachment: attachedTo(inner)}),
    signal,
  )
  t.is((await answer(instance)).trim(), 'here')
})

onDocker(`a network is made as it is described, and this host is in it at its gateway${note}`, async (t) => {
  const engine = await connect()
  const config = [{subnet: '10.213.77.0/24', ipRange: '10.213.77.128/25', auxAddresses: {printer: '10.213.77.9'}}]
  const named = {name: `imm_${project}_main.described`, labels: shared}
  const network = await engine.network(
    {...named, driver: 'bridge', driverOptions: {'com.docker.network.bridge.name': 'imm-t-77'}, ipam: {config}},
    signal,
  )
  t.deepEqual(network, {...named, internal: false, subnets: ['10.213.77.0/24'], gateway: '10.213.77.128'})
  const attachment = {...attachedTo(), networks: [{name: network.name, aliases: [], ipv4: '10.213.77.200'}]}
  const instance = await engine.start(await spec({port: 8080, attachment}), signal)
  t.deepEqual(instance.address, {host: '10.213.77.200', port: 8080})
  const server = createServer((_request, response) => response.end('through the door'))
  await new Promise<void>((resolve) => server.listen(0, network.gateway, resolve))
  t.teardown(() => server.close())
  const {port} = server.address() as AddressInfo
  const asked = {
    ...attachedTo(network.name),
    extraHosts: [{name: 'shop', address: network.gateway ?? ''}],
  }
  t.deepEqual(await said(engine, `busybox wget -qO- http://shop:${port}/`, {attachment: asked}), ['through the door'])
})

onDocker(`of several networks the first is the one that a container is reached by${note}`, async (t) => {
  const engine = await connect()
  const names = ['z', 'a', 'm'].map((key) => `imm_${project}_main.${key}`)
  const networks = []
  for (const name of names) networks.push(await engine.network({name, labels: shared}, signal))
  const instance = await engine.start(
    await spec({port: 8080, command: serve(8080), attachment: attachedTo(...names)}),
    signal,
  )
  const [first] = networks
  t.is(instance.address?.host.split('.').slice(0, 2).join('.'), first?.subnets[0]?.split('.').slice(0, 2).join('.'))
  t.is((await answer(instance)).trim(), 'here')
  const {NetworkSettings} = await docker.getContainer(instance.id).inspect()
  t.is(NetworkSettings.Networks[names[0] ?? '']?.IPAddress, instance.address?.host)
})

onDocker(`who joins another container, or this host, is reached there${note}`, async (t) => {
  const engine = await connect()
  const host = await engine.start(await spec({}), signal)
  const joined = await engine.start(
    await spec({port: 8080, command: serve(8080), attachment: mode({container: host.id})}),
    signal,
  )
  t.deepEqual(joined.address, {host: host.address?.host ?? '', port: 8080})
  t.is((await answer(joined)).trim(), 'here')
  t.deepEqual((await engine.details(joined.id, signal))?.networks, [])
  const onHost = await engine.start(await spec({port: 8080, attachment: mode('host')}), signal)
  t.deepEqual(onHost.address, {host: '127.0.0.1', port: 8080})
  t.deepEqual((await engine.details(onHost.id, signal))?.networks, ['host'])
})

for (const reach of ['address', 'published'] as const)
  onDocker(
    `a published port is on loopback beside the one that imm has, where containers are reached by ${reach}${note}`,
    async (t) => {
      const engine = await connect({IMM_REACH: reach})
      const published = [{containerPort: 8080, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: undefined}] as const
      const instance = await engine.start(await spec({port: 8080, command: serve(8080), published}), signal)
      const bindings = (await docker.getContainer(instance.id).inspect()).NetworkSettings.Ports['8080/tcp'] ?? []
      t.is(bindings.length, reach === 'address' ? 1 : 2)
      for (const {HostIp, HostPort} of bindings) {
        t.is(HostIp, '127.0.0.1')
        t.is((await answer({address: {host: HostIp, port: Number(HostPort)}} as Instance)).trim(), 'here')
      }
      t.is((await answer(instance)).trim(), 'here')
    },
  )

onDocker(`a port that a program of this host holds is told as taken${note}`, async (t) => {
  const engine = await connect()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const {port} = server.address() as AddressInfo
  const published = [{containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: port}] as const
  const error = await t.throwsAsync(engine.start(await spec({published}), signal))
  t.true(isImmError(error, 'PORT_IN_USE'), String(error))
  t.true(error.message.startsWith(`port 127.0.0.1:${port} of this host is taken`), error.message)
  t.deepEqual(await engine.instances(labels, signal), [])
})

onDocker(`a directory of this host is made only where it is asked for${note}`, async (t) => {
  const engine = await connect()
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-bind-'))
  t.teardown(() => rm(directory, {recursive: true}))
  const source = path.join(directory, 'made')
  const bind = {source, path: '/data', readOnly: false}
  const error = await t.throwsAsync(said(engine, 'true', {binds: [bind]}))
  t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
  t.regex(error.message, /bind source path does not exist/)
  t.deepEqual(await said(engine, 'echo x > /data/file', {binds: [{...bind, create: true}]}), [])
  t.is((await stat(path.join(source, 'file'))).size, 2)
  t.regex((await said(engine, 'echo x > /data/file', {binds: [{...bind, readOnly: true}]})).join(), /Read-only/)
})

onDocker(`an image's content is not copied into a volume that is to stay empty${note}`, async (t) => {
  const engine = await connect()
  const volume = {path: '/etc', readOnly: false, labels: shared}
  const list = async (name: string, noCopy: boolean) =>
    said(engine, 'ls /etc | busybox grep -c passwd; true', {volumes: [{...volume, name, noCopy}]})
  const names = [`imm_${project}_main.copied`, `imm_${project}_main.empty`] as const
  t.deepEqual(await list(names[0], false), ['1'])
  t.deepEqual(await list(names[1], true), ['0'])
  for (const name of names) await engine.removeVolume(name, signal)
})

onDocker(`a part of a volume is refused where the engine would mount all of it${note}`, async (t) => {
  const engine = await connect()
  if (Number(engine.facts.apiVersion.slice(2)) >= 45) return t.pass()
  const name = `imm_${project}_main.part`
  const volumes = [{name, path: '/data', readOnly: false, labels: shared, subpath: 'inner'}]
  const error = await t.throwsAsync(engine.start(await spec({volumes}), signal))
  t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
  t.regex(error.message, /can't mount `inner` of volume/)
  await engine.removeVolume(name, signal)
  return undefined
})
