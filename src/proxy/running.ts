import {rm} from 'node:fs/promises'
import type {Server} from 'node:http'

import {replaceSocket} from '../socket/replace.ts'
import {socketServer} from '../socket/serve.ts'
import type {StatePaths} from '../state/paths.ts'
import {writeAccessLog} from './access-file.ts'
import {controlHandler} from './control.ts'
import {createGate} from './handover/gate.ts'
import {createOffer, linger, readOrder} from './handover/offer.ts'
import {succeeding} from './handover/predecessor.ts'
import type {Predecessor} from './handover/predecessor.ts'
import type {Successor} from './handover/successor.ts'
import {keptProxy, type CreateKeeper, type Keeper} from './keeper.ts'
import {firstCallMs, stopDrainMs} from './limits.ts'
import type {Log} from './log.ts'
import {packageVersion} from './package-version.ts'
import {createProxy} from './proxy.ts'
import type {Proxy} from './proxy.ts'
import type {Prove} from './restored.ts'
import {accessLogFile, controlSocketPath, httpsPort, idleMs, mainPort, trustForwarded} from './settings.ts'
import {isShared, readSharing} from './sharing.ts'
import type {Sharing} from './sharing.ts'
import {apiVersion} from './status.ts'
import type {ProxyStatus} from './status.ts'
import type {OnTrouble} from './trouble.ts'

/** The proxy with its control socket. */
export interface Running {
  /** resolves once it is to end, with the ms that requests under way get */
  readonly stopping: Promise<number>
  stop: (reason: string, drainMs?: number) => void
  /** resolves once another process has taken over */
  readonly replaced: Promise<unknown>
  /** Gives up the ports and the socket, where they are not a successor's already; then lets requests end. */
  end: (drainMs: number) => Promise<void>
}

export const startRunning = async (
  paths: StatePaths,
  env: NodeJS.ProcessEnv,
  log: Log,
  createKeeper: CreateKeeper,
  predecessor?: Predecessor,
): Promise<Running> => {
  const accessFile = accessLogFile(env)
  const sharing = await readSharing(paths.home)
  const port = predecessor?.port ?? mainPort(env)
  const listeners = new Set<OnTrouble>()
  const trouble: OnTrouble = (seen) => {
    for (const listener of listeners) listener(seen)
  }
  const {promise: made, resolve: make} = Promise.withResolvers<Keeper>()
  // What a predecessor hands over it has looked after until now.
  const prove: Prove | undefined = predecessor
    ? undefined
    : async (target) => (await (await made).prove?.(target)) ?? 'unsure'
  const routed = await createProxy({
    home: paths.home,
    port,
    httpsPort: httpsPort(env) || (sharing.httpsPort ?? 0),
    sharing,
    log,
    clients: {trustForwarded: trustForwarded(env)},
    trouble,
    prove,
    onWake: (id) => void made.then((keeper) => keeper.wake?.(id)),
    inherit: predecessor?.inherit,
  })
  const written = accessFile === undefined ? undefined : writeAccessLog(routed.access, accessFile, log)
  const keeper = createKeeper(routed)
  make(keeper)
  const proxy = keptProxy(succeeding(routed, predecessor), keeper)
  try {
    const running = await listenForControl({proxy, sharing, listeners, keeper, paths, afterMs: idleMs(env), log})
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

interface Served {
  proxy: Proxy
  sharing: Sharing
  /** hear of troubles */
  listeners: Set<OnTrouble>
  keeper: Keeper
  paths: StatePaths
  afterMs: number
  log: Log
}

const listenForControl = async ({proxy, sharing, listeners, keeper, paths, afterMs, log}: Served): Promise<Running> => {
  const startedMs = Date.now()
  const {promise: stopping, resolve} = Promise.withResolvers<number>()
  const {promise: replaced, resolve: replace} = Promise.withResolvers<Successor>()
  let ending = false
  let successor: Successor | undefined
  const stop = (reason: string, drainMs = stopDrainMs): void => {
    resolve(drainMs)
    if (ending) return
    ending = true
    // Its timer would keep the process until it fires.
    idle(undefined)
    log(`stopping: ${reason}`)
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
    https: proxy.https(),
    ...(isShared(sharing) ? {sharing: {domain: sharing.domain, open: sharing.open}} : {}),
    routes: proxy.routes(),
  })
  const watch = (listener: OnTrouble = () => undefined): Disposable => {
    watchers++
    listeners.add(listener)
    active()
    return {
      [Symbol.dispose]() {
        watchers--
        listeners.delete(listener)
        active()
      },
    }
  }
  const handle = controlHandler({
    proxy,
    status,
    stopping,
    replaced,
    stop: (drainMs) => stop('told to', drainMs),
    watch,
    active,
    rest: async (id, to) => keeper.rest?.(id, to),
  })
  const gate = createGate(handle, async (body) => ({status: 200, json: await offer.make(readOrder(body))}))
  const offer = createOffer({
    paths,
    proxy,
    gate,
    log,
    isOver: () => ending,
    letGo: async () => keeper[Symbol.asyncDispose](),
    mindAgain() {
      for (const route of proxy.routes()) keeper.mind(route)
    },
    onDone(next) {
      ending = true
      successor = next
      idle(undefined)
      control.close()
      replace(next)
    },
  })
  const control = socketServer(gate.handle, (error) =>
    log(`bug: ${error instanceof Error ? error.stack : String(error)}`),
  )
  await replaceSocket(control, controlSocketPath(paths))
  idle(isIdle() ? Math.max(afterMs, firstCallMs) : undefined)
  if (proxy.lostRoutes) void rebuild(keeper, watch, log)
  const where = proxy.addresses.map((address) => `${address}:${proxy.port}`).join(', ')
  log(`started on ${where} with ${proxy.routes().length} routes`)
  return {
    stopping,
    stop,
    replaced,
    async end(drainMs) {
      // Told to stop while it was being handed over: the ports and the socket may be another's by now.
      await offer.settled()
      if (successor === undefined) await end(proxy, control, controlSocketPath(paths), drainMs)
      else await linger(proxy, successor, stopping)
      control.closeAllConnections()
    },
  }
}

const end = async (proxy: Proxy, control: Server, socketPath: string, drainMs: number): Promise<void> => {
  // The ports before the socket: the next proxy starts as soon as nobody answers there, while requests still end here.
  await proxy.stopListening()
  // Before it closes: afterwards it may be the next one's.
  await rm(socketPath, {force: true})
  control.close()
  await proxy.drainAll(drainMs)
  await proxy[Symbol.asyncDispose]()
}

/** A proxy without routes stays while it looks for those that it had. */
const rebuild = async (keeper: Keeper, watch: () => Disposable, log: Log): Promise<void> => {
  using _ = watch()
  await keeper.rebuild?.().catch((error: unknown) => log(`bug: ${String(error)}`))
}

const idleTimer = (onIdle: () => void): ((afterMs: number | undefined) => void) => {
  let timer: NodeJS.Timeout | undefined
  return (afterMs) => {
    clearTimeout(timer)
    timer = afterMs === undefined ? undefined : setTimeout(onIdle, afterMs)
  }
}
