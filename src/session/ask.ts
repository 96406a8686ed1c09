import {readdir} from 'node:fs/promises'
import path from 'node:path'

import type {AppId, ReleaseName} from '../release/identity.ts'
import {callSocket, isSocketLost, type SocketCall} from '../socket/call.ts'
import {answers} from '../socket/claim.ts'
import {
  isSessionSocket,
  sessionSocket,
  type Decision,
  type RollbackAnswer,
  type SessionState,
  type TouchedRelease,
  type WantedRelease,
} from './session.ts'

/** A running `imm dev`, seen from another imm command. */
export interface RunningSession {
  state(signal: AbortSignal): Promise<SessionState>
  rollback(wanted: WantedRelease, signal: AbortSignal): Promise<RollbackAnswer>
  unpin(signal: AbortSignal): Promise<ReleaseName | undefined>
  decide(decision: Decision, signal: AbortSignal): Promise<ReleaseName>
  touched(touched: TouchedRelease, signal: AbortSignal): Promise<void>
  quit(signal: AbortSignal): Promise<void>
}

const stateTimeoutMs = 2000
// A rollback may launch a container and wait for its health.
const rollbackTimeoutMs = 10 * 60_000

// The flip takes moments; where the live release died, it is waited for first.
const decideTimeoutMs = 60_000

/** The `imm dev` that holds an environment; undefined where none does. */
export const askSession = async (
  runtime: string,
  id: AppId,
  signal: AbortSignal,
): Promise<RunningSession | undefined> => {
  signal.throwIfAborted()
  const socketPath = sessionSocket(runtime, id)
  return (await answers(socketPath)) ? runningSession(socketPath) : undefined
}

/** The states of all that run. */
export const sessionStates = async (runtime: string, signal: AbortSignal): Promise<SessionState[]> => {
  const names = await readdir(runtime).catch(() => [])
  const asked = names.filter(isSessionSocket).map(async (name) => {
    try {
      return [await runningSession(path.join(runtime, name)).state(signal)]
    } catch (error) {
      if (isSocketLost(error)) return []
      throw error
    }
  })
  return (await Promise.all(asked)).flat()
}

const runningSession = (socketPath: string): RunningSession => {
  const call = async (request: Omit<SocketCall, 'socketPath'>, signal: AbortSignal) =>
    callSocket({socketPath, ...request}, signal)
  return {
    state: async (signal) =>
      (await call({method: 'GET', path: '/v1/session', timeoutMs: stateTimeoutMs}, signal)) as SessionState,
    async rollback(wanted, signal) {
      const request = {method: 'POST', path: '/v1/rollback', body: {wanted}, timeoutMs: rollbackTimeoutMs} as const
      return (await call(request, signal)) as RollbackAnswer
    },
    async unpin(signal) {
      const answer = await call({method: 'POST', path: '/v1/unpin', timeoutMs: stateTimeoutMs}, signal)
      return (answer as {release?: ReleaseName}).release
    },
    async decide(decision, signal) {
      const request = {method: 'POST', path: '/v1/decide', body: {decision}, timeoutMs: decideTimeoutMs} as const
      return ((await call(request, signal)) as {release: ReleaseName}).release
    },
    async touched(body, signal) {
      await call({method: 'POST', path: '/v1/touched', body, timeoutMs: stateTimeoutMs}, signal)
    },
    quit: async (signal) => void (await call({method: 'POST', path: '/v1/quit', timeoutMs: stateTimeoutMs}, signal)),
  }
}
