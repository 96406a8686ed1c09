import {connectProxy, presentProxy as presentIn, type ProxyClient} from '../proxy/client.ts'
import {logTail} from '../proxy/log.ts'
import {statePaths} from '../state/paths.ts'

export type {ProxyStatus} from '../proxy/status.ts'

export const runningProxy = async (signal: AbortSignal): Promise<ProxyClient | undefined> =>
  connectProxy({paths: statePaths(), signal})

/** To be stopped or replaced: also one that this imm can't talk to about its routes. */
export const presentProxy = async () => presentIn(statePaths())

export const proxyLog = (lines: number): string[] => (lines === 0 ? [] : logTail(statePaths(), lines))
