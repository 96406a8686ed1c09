import {ImmError} from '../errors.ts'
import type {AccessLine} from '../proxy/access-lines.ts'
import type {AccessWish} from '../proxy/access-stream.ts'
import {connectProxy, presentProxy as presentIn, type ProxyClient} from '../proxy/client.ts'
import {logTail} from '../proxy/log.ts'
import {statePaths} from '../state/paths.ts'

export type {AccessLine} from '../proxy/access-lines.ts'
export type {ProxyStatus} from '../proxy/status.ts'

export const runningProxy = async (signal: AbortSignal): Promise<ProxyClient | undefined> =>
  connectProxy({paths: statePaths(), signal})

/** To be stopped or replaced: also one that this imm can't talk to about its routes. */
export const presentProxy = async () => presentIn(statePaths())

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
  throw new ImmError('PROXY_UNREACHABLE', 'the proxy does not run', {next: '`imm dev` starts it.'})
}
