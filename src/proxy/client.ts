import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../errors.ts'
import {callForText, isSocketLost} from '../socket/call.ts'
import {answers} from '../socket/claim.ts'
import type {StatePaths} from '../state/paths.ts'
import {accessLines} from './access-lines.ts'
import type {AccessLine} from './access-lines.ts'
import type {AccessWish} from './access-stream.ts'
import {askForHandover} from './handover/ask.ts'
import type {HandoverDone} from './handover/messages.ts'
import {directCall, proxyLink, proxyStatus} from './link.ts'
import type {ProxyLink} from './link.ts'
import {recordedLines} from './recording/lines.ts'
import type {RecordedLine} from './recording/lines.ts'
import type {RecordWish} from './recording/recorder.ts'
import {controlSocketPath} from './settings.ts'
import type {ProxyStatus} from './status.ts'
import {watchLines} from './watch-lines.ts'

export interface ProxyClient extends ProxyLink {
  /** Undefined where it does not run (any more). */
  status(signal: AbortSignal): Promise<ProxyStatus | undefined>
  /** In Prometheus' text format; undefined where it is of an imm that has none. */
  metrics(signal: AbortSignal): Promise<string | undefined>
  /** Each request as it ends, by this process of the proxy and the next ones; ends once none is there. */
  access(wish: AccessWish, signal: AbortSignal): AsyncGenerator<AccessLine, void, undefined>
  /** Samples of what passes, in the same way. */
  record(wish: RecordWish, signal: AbortSignal): AsyncGenerator<RecordedLine, void, undefined>
  /** Ends the process after up to `drainMs` for the requests under way; resolves when it is gone. Its routes stay for the next one. */
  stop(drainMs: number, signal: AbortSignal): Promise<void>
  /** Puts a process of this imm in its place, which goes on with its sockets and routes; undefined where it does not run (any more). */
  replace(signal: AbortSignal): Promise<HandoverDone | undefined>
}

export interface ProxyOptions {
  paths: StatePaths
  env?: NodeJS.ProcessEnv | undefined
  signal: AbortSignal
}

/** The running proxy of whatever version, to be stopped or replaced; undefined where none runs. */
export const presentProxy = async (paths: StatePaths): Promise<Pick<ProxyClient, 'stop' | 'replace'> | undefined> =>
  (await answers(controlSocketPath(paths))) ? proxyClient(paths) : undefined

/** The running proxy; undefined where none runs. */
export const connectProxy = async ({paths, env, signal}: ProxyOptions): Promise<ProxyClient | undefined> =>
  (await proxyStatus(paths, signal)) === undefined ? undefined : proxyClient(paths, env)

/** The proxy, started where none runs. PORT_IN_USE and PROXY_UNREACHABLE say why it can't. */
export const ensureProxy = async ({paths, env, signal}: ProxyOptions): Promise<ProxyClient> => {
  const client = proxyClient(paths, env)
  await client.restart(signal)
  return client
}

export interface KeepOptions extends ProxyOptions {
  /** it died and is there again */
  onRestart?: ((status: ProxyStatus) => void) | undefined
  /** somebody stopped it on purpose, and it stays away */
  onStop?: (() => void) | undefined
  /** after that it is there again */
  onReturn?: (() => void) | undefined
  /** how long it may be away, once stopped, before it stays away: who moves it to other addresses stops and starts it */
  patienceMs?: number | undefined
  /** it died and can't be started; it is tried again */
  onFailure?: ((error: ImmError) => void) | undefined
}

const longestPauseMs = 5000
const stoppedPauseMs = 500
const defaultPatienceMs = 3000

/**
 * The proxy, started where none runs, and started again as soon as it dies: a held connection tells. One that somebody stopped on
 * purpose comes back with the next call that needs it. Disposing ends the keeping, not the proxy; while it is kept, a proxy without
 * routes stays.
 */
export const keepProxy = async (options: KeepOptions): Promise<ProxyClient & AsyncDisposable> => {
  const client = await ensureProxy(options)
  const ended = new AbortController()
  const keeping = keep(client, options, AbortSignal.any([options.signal, ended.signal]))
  return {
    ...client,
    async [Symbol.asyncDispose]() {
      ended.abort()
      await keeping
    },
  }
}

const keep = async (
  client: ProxyLink,
  {paths, onRestart, onStop, onReturn, onFailure, patienceMs = defaultPatienceMs}: KeepOptions,
  signal: AbortSignal,
): Promise<void> => {
  let pauseMs = 50
  while (!signal.aborted) {
    try {
      const end = await watchProxy(paths, signal)
      if (signal.aborted) return
      if (end === 'stopped') {
        const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
        if (await startedByOther(paths, patience)) continue
        if (signal.aborted) return
        onStop?.()
        if (await startedByOther(paths, signal)) onReturn?.()
      } else if (end === 'replaced') await client.restart(signal)
      else {
        // Not as the argument of an optional call: without a listener it would never be evaluated.
        const status = await client.restart(signal)
        onRestart?.(status)
      }
      pauseMs = 50
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ImmError) onFailure?.(error)
      await pause(pauseMs, signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
}

/** Resolves when the proxy is no longer there: `stopped` on purpose, `replaced` by another process, `died` otherwise. */
const watchProxy = async (paths: StatePaths, signal: AbortSignal): Promise<'stopped' | 'replaced' | 'died'> => {
  // A call that was broken off before its first line met one that was just handing over.
  let end: 'stopped' | 'replaced' | 'died' = 'replaced'
  try {
    for await (const line of watchLines(paths, signal)) {
      if (line.pid !== undefined) end = 'died'
      else if (line.stopping) end = 'stopped'
      else if (line.replaced) end = 'replaced'
    }
  } catch (error) {
    if (!isSocketLost(error)) throw error
  }
  return end
}

/** Somebody wanted it to end. It is for a call, or another imm, to start it; then it is watched again. False where the signal aborts before. */
const startedByOther = async (paths: StatePaths, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    if (await answers(controlSocketPath(paths))) return true
    await pause(stoppedPauseMs, signal)
  }
  return false
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, {signal}).catch(() => undefined)
}

const proxyClient = (paths: StatePaths, env: NodeJS.ProcessEnv = process.env): ProxyClient => {
  const link = proxyLink(paths, env)
  const direct = directCall(paths)
  return {
    ...link,
    status: async (signal) => proxyStatus(paths, signal),
    replace: async (signal) => askForHandover(paths, signal),
    metrics: async (signal) =>
      callForText({socketPath: controlSocketPath(paths), method: 'GET', path: '/metrics', timeoutMs: 10_000}, signal),
    access: (wish, signal) => accessLines(paths, wish, signal),
    record: (wish, signal) => recordedLines(paths, wish, signal),
    async stop(drainMs, signal) {
      const watched = watchProxy(paths, signal)
      await direct({method: 'POST', path: '/v1/stop', body: {drainMs}}, signal)
      await watched
    },
  }
}
