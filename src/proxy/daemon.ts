import {ImmError} from '../errors.ts'
import {claimSocket} from '../socket/claim.ts'
import {toWire} from '../socket/wire.ts'
import type {StatePaths} from '../state/paths.ts'
import {createLog, openLog} from './log.ts'
import {startRunning} from './running.ts'
import type {Running} from './running.ts'
import {controlSocketPath} from './settings.ts'

/** What the daemon tells the process that started it; `lost`: another one serves already. */
export type DaemonReport = {started: true} | {lost: true} | ReturnType<typeof toWire>

/** The proxy as a process: one per user, found by its control socket. */
const main = async (paths: StatePaths): Promise<void> => {
  const log = createLog(openLog(paths.home))
  let running: Running | undefined
  const start = async (): Promise<void> => {
    running = await startRunning(paths, process.env, log)
  }
  await claimSocket(controlSocketPath(paths), start, AbortSignal.timeout(15_000))
  report(running === undefined ? {lost: true} : {started: true})
  if (running === undefined) return
  const {stop, stopping, end} = running
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal))
  // The terminal it was started from was closed.
  process.on('SIGHUP', () => undefined)
  await end(await stopping)
  log('stopped')
}

const report = (message: DaemonReport): void => {
  if (process.connected) process.send?.(message, () => process.disconnect())
}

const [home, runtime] = process.argv.slice(2)
try {
  if (home === undefined || runtime === undefined) throw new Error('usage: daemon HOME RUNTIME')
  await main({home, runtime})
} catch (error) {
  if (!(error instanceof ImmError)) throw error
  report(toWire(error))
  process.exitCode = 1
}
