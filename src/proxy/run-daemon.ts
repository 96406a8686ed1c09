import {ImmError} from '../errors.ts'
import {claimSocket} from '../socket/claim.ts'
import {toWire} from '../socket/wire.ts'
import type {StatePaths} from '../state/paths.ts'
import {takeOver} from './handover/predecessor.ts'
import {successorArgument} from './handover/successor.ts'
import type {KeptRoutes, Keeper} from './keeper.ts'
import {createLog, openLog, type Log} from './log.ts'
import {startRunning} from './running.ts'
import type {Running} from './running.ts'
import {controlSocketPath} from './settings.ts'

/** What the daemon tells the process that started it; `lost`: another one serves already. */
export type DaemonReport = {started: true} | {lost: true} | ReturnType<typeof toWire>

export interface DaemonKeeping {
  paths: StatePaths
  log: Log
}

/** The proxy as a process: one per user, found by its control socket. Arguments: the directories of the state and of the sockets. */
export const runDaemon = async (
  [home, runtime, role]: readonly string[],
  createKeeper: (keeping: DaemonKeeping, proxy: KeptRoutes) => Keeper,
): Promise<void> => {
  try {
    if (home === undefined || runtime === undefined) throw new Error('usage: daemon HOME RUNTIME')
    if (role === successorArgument) await succeed({home, runtime}, createKeeper)
    else await run({home, runtime}, createKeeper)
  } catch (error) {
    if (!(error instanceof ImmError)) throw error
    report(toWire(error))
    process.exitCode = 1
  }
}

const run = async (paths: StatePaths, createKeeper: Parameters<typeof runDaemon>[1]): Promise<void> => {
  const log = createLog(openLog(paths.home))
  let running: Running | undefined
  const start = async (): Promise<void> => {
    running = await startRunning(paths, process.env, log, (proxy) => createKeeper({paths, log}, proxy))
  }
  await claimSocket(controlSocketPath(paths), start, AbortSignal.timeout(15_000))
  report(running === undefined ? {lost: true} : {started: true})
  if (running !== undefined) await serve(running, log)
}

/** The proxy in place of the one that started this process. */
const succeed = async (paths: StatePaths, createKeeper: Parameters<typeof runDaemon>[1]): Promise<void> => {
  const log = createLog(openLog(paths.home))
  const predecessor = await takeOver()
  const running = await startRunning(paths, process.env, log, (proxy) => createKeeper({paths, log}, proxy), predecessor)
  predecessor.started()
  await serve(running, log)
}

const serve = async ({stop, stopping, replaced, end}: Running, log: Log): Promise<void> => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal))
  // The terminal it was started from was closed.
  process.on('SIGHUP', () => undefined)
  await end(await Promise.race([stopping, replaced.then(() => 0)]))
  log('stopped')
  // What is left of another process at the other end of it must not keep this one.
  if (process.connected) process.disconnect()
}

const report = (message: DaemonReport): void => {
  if (process.connected) process.send?.(message, () => process.disconnect())
}
