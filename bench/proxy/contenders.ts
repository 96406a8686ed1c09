import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import {executable} from '../../scripts/setup/machine.ts'
import {freePort} from '../dev/ask.ts'
import {awaitUpstream} from './contender.ts'
import type {Contender, RunningProxy} from './contender.ts'
import {immContender} from './imm.ts'
import {proxyCore, temporaryDirectory} from './place.ts'
import {startProgram} from './program.ts'
import type {RunningProgram} from './program.ts'
import {nginxConfig, startNginx} from './upstream.ts'
import type {Upstream} from './upstream.ts'

/** The least configuration that does the same: HTTP/1.1 both ways, connections kept on both sides, one worker, no log of requests. */
interface Peer {
  name: string
  program: string
  version: RegExp
  versionArgs: readonly string[]
  start(place: {
    program: string
    directory: string
    port: number
    upstream: number
    signal: AbortSignal
  }): Promise<RunningProgram>
}

const nginx: Peer = {
  name: 'nginx',
  program: 'nginx',
  versionArgs: ['-v'],
  version: /nginx\/(\S+)/,
  start: async ({program, directory, port, upstream, signal}) =>
    startNginx({
      nginx: program,
      directory,
      // Without the limit a large answer to a slow client goes by way of the disk.
      config: nginxConfig(`
        proxy_max_temp_file_size 0;
        upstream app { server 127.0.0.1:${upstream}; keepalive 1024; keepalive_requests 1000000000; }
        server {
          listen 127.0.0.1:${port} backlog=4096;
          location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
        }`),
      core: proxyCore,
      signal,
    }),
}

const haproxy: Peer = {
  name: 'HAProxy',
  program: 'haproxy',
  versionArgs: ['-v'],
  version: /version (\S+?)[-+ ]/,
  async start({program, directory, port, upstream, signal}) {
    const file = path.join(directory, 'haproxy.cfg')
    await writeFile(
      file,
      `global
  nbthread 1
  maxconn 15000
  no strict-limits
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
  http-reuse always
frontend in
  bind 127.0.0.1:${port} backlog 4096
  default_backend app
backend app
  server app 127.0.0.1:${upstream}
`,
    )
    return startProgram({command: program, args: ['-db', '-f', file], core: proxyCore, signal})
  },
}

const caddy: Peer = {
  name: 'Caddy',
  program: 'caddy',
  versionArgs: ['version'],
  version: /v?(\S+)/,
  async start({program, directory, port, upstream, signal}) {
    const file = path.join(directory, 'Caddyfile')
    await writeFile(
      file,
      `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${upstream} {
    transport http {
      keepalive 300s
      keepalive_idle_conns 1024
      keepalive_idle_conns_per_host 1024
    }
  }
}
`,
    )
    const env = {XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory, GOMAXPROCS: '1'}
    const args = ['run', '--adapter', 'caddyfile', '--config', file]
    return startProgram({command: program, args, core: proxyCore, env, signal})
  },
}

const startPeer = async (peer: Peer, upstream: Upstream, signal: AbortSignal): Promise<RunningProxy> => {
  await using stack = new AsyncDisposableStack()
  const {directory} = stack.use(await temporaryDirectory())
  const program = executable(peer.program) ?? peer.program
  const {all} = await execa(program, peer.versionArgs, {all: true})
  const port = await freePort()
  const running = stack.use(await peer.start({program, directory, port, upstream: upstream.port, signal}))
  await awaitUpstream(port, upstream.bodies, running)
  const owned = stack.move()
  return {
    name: peer.name,
    version: peer.version.exec(all)?.[1] ?? '',
    port,
    pid: running.pid,
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

/** `root`: of the built imm. */
export const contenders = (root: string): readonly Contender[] => [
  immContender(root),
  ...[nginx, haproxy, caddy].map((peer) => ({
    name: peer.name,
    program: peer.program,
    start: async (upstream: Upstream, signal: AbortSignal) => startPeer(peer, upstream, signal),
  })),
]
