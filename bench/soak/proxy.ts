import {readdir, readFile, readlink} from 'node:fs/promises'
import path from 'node:path'

import {ensureProxy} from '../../src/proxy/client.ts'
import type {ProxyClient} from '../../src/proxy/client.ts'
import type {ProxyStatus} from '../../src/proxy/status.ts'
import {holdEnvironment} from '../../src/session/hold.ts'
import type {StatePaths} from '../../src/state/paths.ts'
import {inspectOptions, openInspector} from './inspector.ts'
import type {Inspector} from './inspector.ts'

export const app = {project: 'soak', environment: 'main', app: 'web'}
export const host = 'soak.localhost'

/** The proxy's process in a home of its own; disposed, it is gone. */
export interface SoakProxy extends AsyncDisposable {
  client: ProxyClient
  port: number
  pid(): Promise<number>
  kill(): Promise<void>
  inspect(): Promise<Inspector>
  /** with those that have handed over and live on for their last connections */
  processes(): Promise<readonly number[]>
}

export const startProxy = async (home: string, signal: AbortSignal): Promise<SoakProxy> => {
  await using stack = new AsyncDisposableStack()
  const paths: StatePaths = {home, runtime: path.join(home, 'run')}
  const env = {...process.env, IMM_HOME: home, IMM_PROXY_PORT: '0', NODE_OPTIONS: inspectOptions}
  // As an `imm dev` does. Where nobody does, the proxy looks after the containers itself, and here are none.
  stack.use(await holdEnvironment(paths.runtime, app, signal))
  stack.defer(async () => {
    for (const pid of await processesOf(home)) process.kill(pid, 'SIGKILL')
  })
  const client = await ensureProxy({paths, env, signal})
  const {port} = await statusOf(client)
  const owned = stack.move()
  return {
    client,
    port,
    pid: async () => (await statusOf(client)).pid,
    async kill() {
      process.kill((await statusOf(client)).pid, 'SIGKILL')
    },
    inspect: async () => openInspector(path.join(home, 'proxy.log')),
    processes: async () => processesOf(home),
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

const statusOf = async (client: ProxyClient): Promise<ProxyStatus> => {
  const status = await client.status(new AbortController().signal)
  if (status === undefined) throw new Error('the proxy does not run')
  return status
}

/** Their commands name the home. */
const processesOf = async (home: string): Promise<readonly number[]> => {
  const pids: number[] = []
  for (const pid of (await readdir('/proc')).map(Number).filter((number) => number > 0)) {
    const [, program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (path.basename(program).startsWith('daemon.') && args.includes(home)) pids.push(pid)
  }
  return pids
}

/** What a process has open, by kind: `socket`, `pipe`, `anon_inode`, or a file's path. */
export const openHandles = async (pid: number): Promise<ReadonlyMap<string, number>> => {
  const directory = `/proc/${pid}/fd`
  const kinds = new Map<string, number>()
  for (const fd of await readdir(directory)) {
    const target = await readlink(path.join(directory, fd)).catch(() => undefined)
    // Closed since it was listed.
    if (target === undefined) continue
    const kind = target.startsWith('/') ? target : target.replace(/:.*/, '')
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return kinds
}
