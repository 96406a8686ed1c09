import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import type {Target, Traffic, Verified} from '../../src/lifecycle/ports.ts'
import {connectProxy} from '../../src/proxy/client.ts'
import type {ProxyClient} from '../../src/proxy/client.ts'
import {proxyTraffic} from '../../src/proxy/traffic.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {awaitUpstream} from './contender.ts'
import type {Contender} from './contender.ts'
import {host, proxyCore, temporaryDirectory} from './place.ts'
import {startProgram} from './program.ts'
import type {RunningProgram} from './program.ts'

export interface RunningDaemon extends AsyncDisposable {
  pid: number
  port: number
  traffic: Traffic
  program: RunningProgram
  version: string
}

const startTimeoutMs = 15_000

/** imm's proxy as it runs for users, its built code and its own process, with one route and nothing live. */
export const startDaemon = async (root: string, signal: AbortSignal): Promise<RunningDaemon> => {
  await using stack = new AsyncDisposableStack()
  const {directory: home} = stack.use(await temporaryDirectory())
  const paths = {home, runtime: path.join(home, 'run')}
  const args = [path.join(root, 'dist', 'wiring', 'daemon.js'), home, paths.runtime]
  const env = {IMM_HOME: home, IMM_PROXY_PORT: '0'}
  const program = stack.use(startProgram({command: process.execPath, args, core: proxyCore, env, signal}))
  const client = await connected(async () => connectProxy({paths, env, signal}), program)
  const {port = 0, version = ''} = (await client.status(signal)) ?? {}
  const traffic = proxyTraffic(client, {
    project: 'bench',
    environment: 'main',
    app: 'web',
    hosts: [host],
    port: undefined,
  })
  await traffic.open(signal)
  const owned = stack.move()
  return {pid: program.pid, port, traffic, program, version, [Symbol.asyncDispose]: async () => owned.disposeAsync()}
}

const connected = async (
  connect: () => Promise<ProxyClient | undefined>,
  program: RunningProgram,
): Promise<ProxyClient> => {
  const deadlineMs = performance.now() + startTimeoutMs
  for (;;) {
    program.check()
    const client = await connect()
    if (client !== undefined) return client
    if (performance.now() > deadlineMs) throw new Error('the proxy did not start')
    await sleep(50)
  }
}

/** No release was built and none verified: the bench says what is there. */
export const targetAt = (port: number, generation: number): Verified<Target> =>
  ({
    release: `r${generation}-aaaaaaa` as ReleaseName,
    generation,
    address: {host: '127.0.0.1', port},
    instance: `bench-${port}-${generation}`,
  }) as Verified<Target>

export const immContender = (root: string): Contender => ({
  name: 'imm',
  program: undefined,
  async start(upstream, signal) {
    await using stack = new AsyncDisposableStack()
    const daemon = stack.use(await startDaemon(root, signal))
    await daemon.traffic.flip(targetAt(upstream.port, 1), signal)
    await awaitUpstream(daemon.port, upstream.bodies, daemon.program)
    const owned = stack.move()
    const {pid, port, version} = daemon
    return {name: 'imm', version, port, pid, [Symbol.asyncDispose]: async () => owned.disposeAsync()}
  },
})
