import type {Endpoint} from './endpoint.ts'
import {callEngine} from './engine-api.ts'

/** `answers`: an engine is there. `denied`: a socket that this user may not open. `silent`: connected, and no answer in time. */
export type PingResult = 'answers' | 'denied' | 'silent' | 'absent'

/** A busy machine answers late: only an engine that hangs is waited for as long as this. */
const pingTimeoutMs = 10_000

export const pingEngine = async (endpoint: Endpoint, signal: AbortSignal): Promise<PingResult> => {
  const deadline = AbortSignal.timeout(pingTimeoutMs)
  try {
    const {status} = await callEngine(endpoint, {method: 'GET', path: '/_ping'}, AbortSignal.any([signal, deadline]))
    return status === 200 ? 'answers' : 'silent'
  } catch (error) {
    signal.throwIfAborted()
    if (deadline.aborted) return 'silent'
    const {code} = error as NodeJS.ErrnoException
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'absent'
  }
}

export interface Search {
  answering: Endpoint | undefined
  denied: Endpoint | undefined
  silent: Endpoint | undefined
}

/** Asks one after the other, in order of preference; stops at the first that answers. */
export const findEngine = async (endpoints: readonly Endpoint[], signal: AbortSignal): Promise<Search> => {
  const search: Search = {answering: undefined, denied: undefined, silent: undefined}
  for (const endpoint of endpoints) {
    const result = await pingEngine(endpoint, signal)
    if (result === 'answers') return {...search, answering: endpoint}
    if (result === 'denied') search.denied ??= endpoint
    if (result === 'silent') search.silent ??= endpoint
  }
  return search
}
