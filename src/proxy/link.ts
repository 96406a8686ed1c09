import {ImmError, isImmError} from '../errors.ts'
import {callSocket, isSocketLost, isSocketSilent} from '../socket/call.ts'
import type {SocketCall} from '../socket/call.ts'
import {answers} from '../socket/claim.ts'
import type {StatePaths} from '../state/paths.ts'
import {askForHandover} from './handover/ask.ts'
import {isOlder} from './handover/version.ts'
import {logTail} from './log.ts'
import {packageVersion} from './package-version.ts'
import {controlSocketPath} from './settings.ts'
import {startDaemon} from './start.ts'
import {apiVersion} from './status.ts'
import type {ProxyStatus} from './status.ts'
import {createSplits} from './traffic-group.ts'
import type {Splits} from './traffic-group.ts'
import type {RouteTrouble} from './trouble.ts'
import {watchTroubles} from './watch-lines.ts'

const callTimeoutMs = 10_000
const startTimeoutMs = 10_000

export type ControlCall = Pick<SocketCall, 'method' | 'path' | 'body'> & {
  /** how much longer than others the answer may take */
  extraMs?: number
}

/** A way to the proxy that survives its death: a call that finds it dead starts it again and is made once more. */
export interface ProxyLink {
  /** Undefined where the path does not exist, such as a route that was closed. */
  call(call: ControlCall, signal: AbortSignal): Promise<unknown>
  /** Starts the proxy if it is not there, then runs all `reassert`s. Concurrent calls share one start. */
  restart(signal: AbortSignal): Promise<ProxyStatus>
  /** What to tell every later proxy process before anything else. Returns how to take it back. */
  onRestart(reassert: (call: DirectCall, signal: AbortSignal) => Promise<void>): () => void
  /** what was split on it, by route */
  readonly splits: Splits
  /** Of every route, over all proxies that there are one after the other. */
  troubles(signal: AbortSignal): AsyncIterable<RouteTrouble>
}

/** A call that fails with PROXY_UNREACHABLE where nobody answers. */
export type DirectCall = (call: ControlCall, signal: AbortSignal) => Promise<unknown>

export const proxyLink = (paths: StatePaths, env: NodeJS.ProcessEnv): ProxyLink => {
  const asserts = new Set<(call: DirectCall, signal: AbortSignal) => Promise<void>>()
  const direct = directCall(paths)
  let restarting: Promise<ProxyStatus> | undefined
  const startAgain = async (): Promise<ProxyStatus> => {
    // Shared by all who wait for it: one of them giving up must not take it from the others. It ends by its own limits.
    const {signal} = new AbortController()
    const status = await startProxy(paths, env, signal)
    for (const reassert of asserts) await reassert(direct, signal)
    return status
  }
  const restart = async (signal: AbortSignal): Promise<ProxyStatus> => {
    signal.throwIfAborted()
    restarting ??= startAgain().finally(() => {
      restarting = undefined
    })
    return orAborted(restarting, signal)
  }
  return {
    restart,
    async call(call, signal) {
      try {
        return await rawCall(paths, call, signal)
      } catch (error) {
        if (!isSocketLost(error)) throw unreachable(paths, error)
      }
      await restart(signal)
      return direct(call, signal)
    },
    onRestart(reassert) {
      asserts.add(reassert)
      return () => asserts.delete(reassert)
    },
    splits: createSplits(),
    troubles: (within) => watchTroubles(paths, within),
  }
}

const orAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, {once: true})
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** The status of a running proxy; undefined where none runs. PROXY_UNREACHABLE where it is of an imm that this one can't talk to. */
export const proxyStatus = async (paths: StatePaths, signal: AbortSignal): Promise<ProxyStatus | undefined> => {
  const status = await anyStatus(paths, signal)
  return status && understood(status)
}

/** Of a proxy whose other fields may be another version's. */
const anyStatus = async (paths: StatePaths, signal: AbortSignal): Promise<ProxyStatus | undefined> => {
  try {
    return (await rawCall(paths, {method: 'GET', path: '/v1/status'}, signal)) as ProxyStatus
  } catch (error) {
    if (isSocketLost(error)) return undefined
    throw unreachable(paths, error)
  }
}

const understood = (status: ProxyStatus): ProxyStatus => {
  if (status.apiVersion === apiVersion) return status
  const newer = isOlder(packageVersion(), status.version)
  throw new ImmError(
    'PROXY_UNREACHABLE',
    `the running proxy is of imm ${status.version}, which this imm can't talk to`,
    {
      next: newer
        ? `Start this again with imm ${status.version}.`
        : 'Replace it with `imm proxy restart`; no request is lost.',
    },
  )
}

/** Has an older proxy replaced by one of this imm. Where that fails, and it can be talked to, it does for now. */
const upgraded = async (status: ProxyStatus, paths: StatePaths, signal: AbortSignal): Promise<boolean> => {
  if (!isOlder(status.version, packageVersion())) return false
  try {
    await askForHandover(paths, signal)
    return true
  } catch (error) {
    if (status.apiVersion === apiVersion && isImmError(error, 'HANDOVER_FAILED')) return false
    throw error
  }
}

/** The status of the proxy, started where none runs, and replaced where it is of an older imm. */
export const startProxy = async (
  paths: StatePaths,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ProxyStatus> => {
  const timeout = AbortSignal.timeout(startTimeoutMs)
  const within = AbortSignal.any([signal, timeout])
  try {
    for (;;) {
      const status = await anyStatus(paths, within)
      if (status !== undefined && !(await upgraded(status, paths, within))) return understood(status)
      if (status === undefined) await startDaemon(paths, env, within)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!timeout.aborted) throw error
    throw new ImmError('PROXY_UNREACHABLE', `the proxy did not answer within ${startTimeoutMs / 1000} s of its start`, {
      output: logTail(paths),
    })
  }
}

// As often may one proxy after the other hand over in the middle of the same call.
const handovers = 5

export const directCall =
  (paths: StatePaths): DirectCall =>
  async (call, signal) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await rawCall(paths, call, signal)
      } catch (error) {
        // Broken off by one that hands over, whose successor is there already.
        const another = isSocketLost(error) && attempt < handovers && (await answers(controlSocketPath(paths)))
        if (!another) throw unreachable(paths, error)
      }
    }
  }

const rawCall = async (
  paths: StatePaths,
  {method, path, body, extraMs = 0}: ControlCall,
  signal: AbortSignal,
): Promise<unknown> =>
  callSocket({socketPath: controlSocketPath(paths), method, path, body, timeoutMs: callTimeoutMs + extraMs}, signal)

const unreachable = (paths: StatePaths, error: unknown): unknown => {
  if (!isSocketLost(error) && !isSocketSilent(error)) return error
  return new ImmError('PROXY_UNREACHABLE', `the proxy does not answer: ${(error as Error).message}`, {
    output: logTail(paths),
    cause: error,
  })
}
