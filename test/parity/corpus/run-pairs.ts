import {type Pair, runPair, webPair} from './pair.ts'
import {run, web} from './sides.ts'

const mib = 1024 * 1024
const [database, key, mode] = run.env as [object, object, object]
type Env = typeof run.env

export const runPairs: readonly Pair[] = [
  runPair('an image of another name, where none can be read', 'run.image', {image: 'shop:2'}),
  runPair('a variable that is set on one side', 'run.env.missing', {env: [database, key] as unknown as Env}),
  runPair('another value when it is run', 'run.env.value', {
    env: [database, key, {name: 'MODE', value: 'test'}] as Env,
  }),
  runPair('another secret', 'run.env.secret', {
    env: [database, {name: 'SESSION_KEY', secret: 'sha256:b'}, mode] as Env,
  }),
  runPair('a variable out of a secret of Kubernetes', 'run.env.source', {
    env: [{name: 'DATABASE_URL', from: 'secret shop/url'}, key, mode] as Env,
  }),
  runPair('another user than the image has', 'config.user', {config: {user: '1000'}}),
  runPair('another command than the image has', 'config.command', {config: {command: ['node', 'worker.js']}}),
  runPair('half the memory', 'run.memory', {memoryBytes: 256 * mib}),
  runPair('no limit of processors', 'run.cpus', {cpus: undefined}),
  runPair('a limit of processes', 'run.pids', {pidsLimit: 100}),
  runPair('a capability more', 'run.capabilities', {capAdd: ['NET_ADMIN']}),
  runPair('a capability that Docker gives to all', 'run.capabilities', {capAdd: ['CHOWN']}),
  runPair('privileged', 'run.privileged', {privileged: true}),
  runPair('leave to gain privileges', 'run.no-new-privileges', {noNewPrivileges: undefined}),
  runPair('a root that can be written', 'run.read-only', {readOnlyRoot: false}),
  runPair('a tmpfs of another size', 'run.tmpfs', {tmpfs: ['/tmp:size=1m,mode=1777']}),
  runPair('a mount that is missing', 'run.mounts', {mounts: []}),
  runPair('a directory of the machine in the place of a volume', 'run.mounts.kind', {
    mounts: [{path: '/data', kind: 'bind', readOnly: false}],
  }),
  runPair('a mount that is read-only', 'run.mounts.read-only', {
    mounts: [{path: '/data', kind: 'volume', readOnly: true}],
  }),
  runPair('a network less', 'run.networks', {networks: ['backend']}),
  runPair("the machine's own network", 'run.network-mode', {networkMode: 'host'}),
  runPair('another published port', 'run.publishes', {publishes: ['8080/tcp']}),
  runPair('a restart after five failures at the most', 'run.restart', {restart: 'on-failure:5'}),
  runPair('no restart', 'run.restart', {restart: 'no'}),
  runPair('one replica', 'run.replicas', {replicas: undefined}),
  runPair('more time to stop', 'run.stop-grace', {stopGraceMs: 30_000}),
  runPair('an init process', 'run.init', {init: true}),
  runPair("an init process that is imm's own", 'run.by-imm', {init: true, byImm: ['init']}),
  runPair('a limit of open files', 'run.setting', {others: {'ulimits.nofile': '1024:1024'}}),
  runPair("the machine's processes", 'run.setting', {others: {pid: 'host'}}),
]

const {tls} = web as {tls: NonNullable<typeof web.tls>}

export const webPairs: readonly Pair[] = [
  webPair('another status', 'web.status', {status: 503}),
  webPair('no HSTS', 'web.header.security', {headers: {...web.headers, 'strict-transport-security': 'max-age=0'}}),
  webPair('a header more', 'web.header.missing', {headers: {...web.headers, vary: 'accept-encoding'}}),
  webPair('another value of a header', 'web.header.value', {headers: {...web.headers, 'cache-control': 'public'}}),
  webPair('another server in front', 'web.header.proxy', {headers: {...web.headers, server: 'envoy'}}),
  webPair('another version of HTTP', 'web.protocol', {protocol: 'http/1.1'}),
  webPair('no TLS', 'web.tls.missing', {tls: undefined}),
  webPair('a certificate that is not trusted', 'web.tls.trusted', {tls: {...tls, trusted: false}}),
  webPair('an older TLS', 'web.tls.version', {tls: {...tls, version: 'TLSv1.2'}}),
  webPair('another cipher', 'web.tls.cipher', {tls: {...tls, cipher: 'TLS_CHACHA20_POLY1305_SHA256'}}),
  webPair('another authority', 'web.tls.issuer', {tls: {...tls, issuer: 'ZeroSSL'}}),
]
