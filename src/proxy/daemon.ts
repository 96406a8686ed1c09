import type {Server} from 'node:http'

import {ImmError} from '../errors.ts'
import {claimSocket} from '../socket/claim.ts'
import {listenOnSocket, socketServer} from '../socket/serve.ts'
import {toWire} from '../socket/wire.ts'
import type {StatePaths} from '../state/paths.ts'
import {controlHandler} from './control.ts'
import {stopDrainMs} from './limits.ts'
import {createLog, openLog} from './log.ts'
import {packageVersion} from './package-version.ts'
import {createProxy} from './proxy.ts'
import type {Proxy} from './proxy.ts'
import {controlSocketPath, idleMs, mainPort} from './settings.ts'
import {apiVersion} from './status.ts'
import type {ProxyStatus} from './status.ts'

/** What the daemon tells the process that started it. */
export type DaemonReport = {started: true} | {lost: true} | ReturnType<typeof toWire>

/** The proxy as a process: one per user, found by its control socket. */
const main = async (paths: StatePaths): Promise<void> => {
  const socketPath = controlSocketPath(paths)
  const log = createLog(openLog(paths.home))
  const stopping = Promise.withResolvers<true>()
  await using stack = new AsyncDisposableStack()
  const startedMs = Date.now()

  let drainMs = stopDrainMs
  const stop = (reason: string, withinMs: number): void => {
    log(`stopping: ${reason}`)
    drainMs = withinMs
    stopping.resolve(true)
  }

  let serving: {proxy: Proxy; control: Server} | undefined
  await claimSocket(
    socketPath,
    async () => {
      const proxy = stack.use(await createProxy({home: paths.home, port: mainPort(process.env), log}))
      const idle = idleTimer(idleMs(process.env), () => stop('nothing is routed', 0))
      let watchers = 0
      const changed = (): void => idle(watchers === 0 && proxy.routes().length === 0)
      const status = (): ProxyStatus => ({
        version: packageVersion(),
        apiVersion,
        pid: process.pid,
        startedMs,
        port: proxy.port,
        addresses: proxy.addresses,
        routes: proxy.routes(),
      })
      const watch = (): Disposable => {
        watchers++
        changed()
        return {
          [Symbol.dispose]() {
            watchers--
            changed()
          },
        }
      }
      const control = socketServer(
        controlHandler({proxy, status, stopping: stopping.promise, stop: (ms) => stop('told to', ms), watch, changed}),
        (error) => log(`bug: ${error instanceof Error ? error.stack : String(error)}`),
      )
      await listenOnSocket(control, socketPath)
      changed()
      log(
        `started on ${proxy.addresses.map((address) => `${address}:${proxy.port}`).join(', ')} with ${proxy.routes().length} routes`,
      )
      serving = {proxy, control}
    },
    AbortSignal.timeout(15_000),
  )
  report(serving === undefined ? {lost: true} : {started: true})
  if (serving === undefined) return
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal, stopDrainMs))
  process.on('SIGHUP', () => undefined)
  await stopping.promise
  // The ports first: whoever finds the socket gone may listen on them at once.
  await serving.proxy.stop(drainMs)
  await serving.proxy[Symbol.asyncDispose]()
  serving.control.close()
  serving.control.closeAllConnections()
  log('stopped')
}

const idleTimer = (afterMs: number, onIdle: () => void): ((idle: boolean) => void) => {
  let timer: NodeJS.Timeout | undefined
  return (idle) => {
    clearTimeout(timer)
    timer = idle ? setTimeout(onIdle, afterMs) : undefined
  }
}

const report = (message: DaemonReport): void => {
  if (process.connected) process.send?.(message, () => process.disconnect?.())
}

const [home, runtime] = process.argv.slice(2)
try {
  if (home === undefined || runtime === undefined) throw new Error('usage: daemon HOME RUNTIME')
  await main({home, runtime})
  process.exitCode = 0
} catch (error) {
  if (!(error instanceof ImmError)) throw error
  report(toWire(error))
  process.exitCode = 1
}
