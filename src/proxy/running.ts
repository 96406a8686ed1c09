import type {Server} from 'node:http'

import {listenOnSocket, socketServer} from '../socket/serve.ts'
import type {StatePaths} from '../state/paths.ts'
import {writeAccessLog} from './access-file.ts'
import {controlHandler} from './control.ts'
import {keptProxy, type CreateKeeper} from './keeper.ts'
import {firstCallMs, stopDrainMs} from './limits.ts'
import type {Log} from './log.ts'
import {packageVersion} from './package-version.ts'
import {createProxy} from './proxy.ts'
import type {Proxy} from './proxy.ts'
import {accessLogFile, controlSocketPath, idleMs, mainPort} from './settings.ts'
import {apiVersion} from './status.ts'
import type {ProxyStatus} from './status.ts'

/** The proxy with its control socket. */
export interface Running {
  /** resolves once it is to end, with the ms that requests under way get */
  readonly stopping: Promise<number>
  stop: (reason: string, drainMs?: number) => void
  /** Gives up the ports and the socket, then lets requests end. */
  end: (drainMs: number) => Promise<void>
}

export const startRunning = async (
  paths: StatePaths,
  env: NodeJS.ProcessEnv,
  log: Log,
  createKeeper: CreateKeeper,
): Promise<Running> => {
  const accessFile = accessLogFile(env)
  const routed = await createProxy({home: paths.home, port: mainPort(env), log})
  const written = accessFile === undefined ? undefined : writeAccessLog(routed.access, accessFile, log)
  const proxy = keptProxy(routed, createKeeper(routed))
  try {
    const running = await listenForControl(proxy, paths, idleMs(env), log)
    return {
      ...running,
      async end(drainMs) {
        await running.end(drainMs)
        await written?.[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await proxy[Symbol.asyncDispose]()
    throw error
  }
}

const listenForControl = async (proxy: Proxy, paths: StatePaths, afterMs: number, log: Log): Promise<Running> => {
  const startedMs = Date.now()
  const {promise: stopping, resolve} = Promise.withResolvers<number>()
  let ending = false
  const stop = (reason: string, drainMs = stopDrainMs): void => {
    if (ending) return
    ending = true
    // Its timer would keep the process until it fires.
    idle(undefined)
    log(`stopping: ${reason}`)
    resolve(drainMs)
  }
  const idle = idleTimer(() => stop('nothing is routed', 0))
  let watchers = 0
  const isIdle = (): boolean => watchers === 0 && proxy.routes().length === 0
  const active = (): void => idle(isIdle() && !ending ? afterMs : undefined)
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
    active()
    return {
      [Symbol.dispose]() {
        watchers--
        active()
      },
    }
  }
  const control = socketServer(
    controlHandler({proxy, status, stopping, stop: (drainMs) => stop('told to', drainMs), watch, active}),
    (error) => log(`bug: ${error instanceof Error ? error.stack : String(error)}`),
  )
  await listenOnSocket(control, controlSocketPath(paths))
  idle(isIdle() ? Math.max(afterMs, firstCallMs) : undefined)
  const where = proxy.addresses.map((address) => `${address}:${proxy.port}`).join(', ')
  log(`started on ${where} with ${proxy.routes().length} routes`)
  return {stopping, stop, end: async (drainMs) => end(proxy, control, drainMs)}
}

const end = async (proxy: Proxy, control: Server, drainMs: number): Promise<void> => {
  // The ports before the socket: the next proxy starts as soon as nobody answers there, while requests still end here.
  await proxy.stopListening()
  control.close()
  await proxy.drainAll(drainMs)
  await proxy[Symbol.asyncDispose]()
  control.closeAllConnections()
}

const idleTimer = (onIdle: () => void): ((afterMs: number | undefined) => void) => {
  let timer: NodeJS.Timeout | undefined
  return (afterMs) => {
    clearTimeout(timer)
    timer = afterMs === undefined ? undefined : setTimeout(onIdle, afterMs)
  }
}
