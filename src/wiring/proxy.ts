import {connectProxy, type ProxyClient} from '../proxy/client.ts'
import {logTail} from '../proxy/start.ts'
import {statePaths} from '../state/paths.ts'

export type {ProxyStatus} from '../proxy/status.ts'

export const runningProxy = async (signal: AbortSignal): Promise<ProxyClient | undefined> =>
  connectProxy({paths: statePaths(), signal})

export const proxyLog = (lines: number): string[] => (lines === 0 ? [] : logTail(statePaths(), lines))
