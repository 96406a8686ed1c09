import {ImmError} from '../errors.ts'
import {connectProxy, type ProxyClient} from '../proxy/client.ts'
import {logTail} from '../proxy/start.ts'
import {statePaths} from '../state/paths.ts'

export type {ProxyStatus} from '../proxy/status.ts'

export const runningProxy = async (signal: AbortSignal): Promise<ProxyClient | undefined> =>
  connectProxy({paths: statePaths(), signal})

export const proxyLog = (lines: number): string[] => (lines === 0 ? [] : logTail(statePaths(), lines))

/** PROXY_UNREACHABLE where there is nothing to be read. */
export const proxyMetrics = async (signal: AbortSignal): Promise<string> => {
  const text = await (await runningProxy(signal))?.metrics(signal)
  if (text !== undefined) return text
  throw new ImmError('PROXY_UNREACHABLE', 'the proxy does not run', {next: '`imm dev` starts it.'})
}
