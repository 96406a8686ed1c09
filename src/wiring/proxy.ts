import {ImmError, isImmError} from '../errors.ts'
import type {AccessLine} from '../proxy/access-lines.ts'
import type {AccessWish} from '../proxy/access-stream.ts'
import {connectProxy, ensureProxy, presentProxy, type ProxyClient} from '../proxy/client.ts'
import type {HandoverDone} from '../proxy/handover/messages.ts'
import {logTail} from '../proxy/log.ts'
import type {AppId} from '../release/identity.ts'
import {sessionStates} from '../session/ask.ts'
import {statePaths} from '../state/paths.ts'

export type {AccessLine} from '../proxy/access-lines.ts'
export type {ProxyStatus} from '../proxy/status.ts'

export const runningProxy = async (signal: AbortSignal): Promise<ProxyClient | undefined> =>
  connectProxy({paths: statePaths(), signal})

/** Replaced where it runs, also by one of another version; started where it doesn't. */
export const restartProxy = async (signal: AbortSignal): Promise<HandoverDone | undefined> => {
  const paths = statePaths()
  const done = await (await presentProxy(paths))?.replace(signal)
  return done ?? (await ensureProxy({paths, signal})).status(signal)
}

/** An environment whose address nobody answers on once the proxy is gone. */
export interface Unreachable extends AppId {
  url: string | undefined
  /** an `imm dev` looks after it */
  held: boolean
}

/** What the stop made unreachable; undefined where no proxy runs. Also one that this imm can't talk to about its routes is stopped. */
export const stopProxy = async (drainMs: number, signal: AbortSignal): Promise<Unreachable[] | undefined> => {
  const paths = statePaths()
  const proxy = await presentProxy(paths)
  if (proxy === undefined) return undefined
  // One that is only starting does not answer yet, and must not keep the proxy from being stopped.
  const asked = sessionStates(paths.runtime, signal).catch(() => [])
  const [routes, sessions] = await Promise.all([knownRoutes(signal), asked])
  await proxy.stop(drainMs, signal)
  const all = new Map<string, Unreachable>()
  for (const [ones, held] of [[routes, false] as const, [sessions, true] as const])
    for (const {project, environment, app, url} of ones)
      all.set([project, environment, app].join('/'), {project, environment, app, url, held})
  // What listens on nothing was reached by nobody.
  for (const {project, environment, app, url} of routes)
    if (url === '') all.delete([project, environment, app].join('/'))
  return [...all.values()]
}

const knownRoutes = async (signal: AbortSignal) => {
  try {
    return (await (await runningProxy(signal))?.status(signal))?.routes ?? []
  } catch (error) {
    if (isImmError(error, 'PROXY_UNREACHABLE')) return []
    throw error
  }
}

export const proxyLog = (lines: number): string[] => (lines === 0 ? [] : logTail(statePaths(), lines))

/** PROXY_UNREACHABLE where none runs. */
export const proxyMetrics = async (signal: AbortSignal): Promise<string> =>
  (await (await reachedProxy(signal)).metrics(signal)) ?? ''

/** The same. */
export const proxyAccess = async function* (
  wish: AccessWish,
  signal: AbortSignal,
): AsyncGenerator<AccessLine, void, undefined> {
  yield* (await reachedProxy(signal)).access(wish, signal)
}

const reachedProxy = async (signal: AbortSignal): Promise<ProxyClient> => {
  const proxy = await runningProxy(signal)
  if (proxy !== undefined) return proxy
  throw new ImmError('PROXY_UNREACHABLE', 'the proxy does not run', {
    next: '`imm dev` or `imm proxy restart` starts it.',
  })
}
