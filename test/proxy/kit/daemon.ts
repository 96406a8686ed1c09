import {mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import type {ProxyClient} from '../../../src/proxy/client.ts'
import {controlSocketPath} from '../../../src/proxy/settings.ts'
import type {ProxyStatus} from '../../../src/proxy/status.ts'
import type {StatePaths} from '../../../src/state/paths.ts'

export interface DaemonPlace {
  paths: StatePaths
  env: NodeJS.ProcessEnv
  signal: AbortSignal
}

/** A home for a proxy process of the test's own; the process and the home are gone afterwards. */
export const daemonPlace = async (t: ExecutionContext, more: NodeJS.ProcessEnv = {}): Promise<DaemonPlace> => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-daemon-'))
  const paths = {home, runtime: path.join(home, 'run')}
  const watchdog = execa(
    process.execPath,
    [fileURLToPath(new URL('watchdog.ts', import.meta.url)), home, controlSocketPath(paths)],
    {stdin: 'pipe', stdout: 'ignore', stderr: 'inherit'},
  )
  t.teardown(async () => {
    watchdog.stdin.end()
    await watchdog
  })
  // No engine knows the targets of these tests.
  const none = {DOCKER_HOST: `unix://${path.join(home, 'no-engine.sock')}`}
  const env = {...process.env, IMM_HOME: home, IMM_PROXY_PORT: '0', ...none, ...more}
  return {paths, env, signal: new AbortController().signal}
}

export const statusOf = async (proxy: ProxyClient): Promise<ProxyStatus> => {
  const status = await proxy.status(new AbortController().signal)
  if (status === undefined) throw new Error('the proxy does not run')
  return status
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
