import path from 'node:path'
import {fileURLToPath} from 'node:url'

import {ImmError} from '../errors.ts'
import {fromWire} from '../socket/wire.ts'
import type {StatePaths} from '../state/paths.ts'
import {logTail} from './log.ts'
import type {DaemonReport} from './run-daemon.ts'
import {spawnDaemon} from './spawn-daemon.ts'
import type {DaemonProgram} from './spawn-daemon.ts'

/** The daemon of this imm. By its path: the process is more than the proxy. Unbuilt it is a .ts file, in dist a .js file. */
export const daemonProgram: DaemonProgram = {
  node: process.execPath,
  daemon: fileURLToPath(new URL(`../wiring/daemon${path.extname(import.meta.filename)}`, import.meta.url)),
}

/**
 * Starts a proxy process that outlives this one, and resolves when it, or another that was faster, serves. Why it could not start
 * (PORT_IN_USE) is thrown here.
 */
export const startDaemon = async (
  paths: StatePaths,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  program = daemonProgram,
): Promise<void> => {
  signal.throwIfAborted()
  const child = spawnDaemon(program, paths, env)
  const settled = Promise.withResolvers<void>()
  const onAbort = (): void => settled.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, {once: true})
  child.once('message', (report: DaemonReport) => {
    if (!('error' in report)) return settled.resolve()
    settled.reject(fromWire(report) ?? unstarted(paths, report.error.message))
  })
  child.once('error', (error) => settled.reject(unstarted(paths, error.message)))
  child.once('exit', (code, killed) => {
    const ended = (): void => settled.reject(unstarted(paths, `it ended with ${killed ?? code}`))
    // Its last words may still be on their way.
    if (child.connected) child.once('disconnect', ended)
    else ended()
  })
  try {
    await settled.promise
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (child.connected) child.disconnect()
    child.unref()
  }
}

const unstarted = (paths: StatePaths, reason: string): ImmError =>
  new ImmError('PROXY_UNREACHABLE', `the proxy did not start: ${reason}`, {output: logTail(paths)})
