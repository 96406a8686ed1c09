import {rm} from 'node:fs/promises'

import {ImmBug, ImmError} from '../errors.ts'
import type {AppId} from '../release/identity.ts'
import {claimSocket} from '../socket/claim.ts'
import {listenOnSocket, notFound, socketServer, type SocketAnswer, type SocketRequest} from '../socket/serve.ts'
import {askSession} from './ask.ts'
import {sessionSocket, type Decision, type Session, type TouchedRelease, type WantedRelease} from './session.ts'

export interface Hold extends AsyncDisposable {
  /** From here on other commands are answered. */
  offer(session: Session): void
}

/**
 * Holds an environment for this process, by listening on its socket: a lock that the kernel gives back however the process ends.
 * ENVIRONMENT_HELD names the one that has it.
 */
export const holdEnvironment = async (runtime: string, id: AppId, signal: AbortSignal): Promise<Hold> => {
  const socketPath = sessionSocket(runtime, id)
  const offered = Promise.withResolvers<Session>()
  const server = socketServer(async (request) => answer(await offered.promise, request), reportBug)
  const held = await claimSocket(socketPath, async () => listenOnSocket(server, socketPath), signal)
  if (!held) throw await heldBy(runtime, id, signal)
  return {
    offer: offered.resolve,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await rm(socketPath, {force: true})
    },
  }
}

const heldBy = async (runtime: string, id: AppId, signal: AbortSignal): Promise<ImmError> => {
  const state = await (await askSession(runtime, id, signal))?.state(signal).catch(() => undefined)
  const who = state
    ? `imm dev (pid ${state.pid}, in ${state.directory}, since ${state.startedAt})`
    : 'another imm command that is starting'
  return new ImmError('ENVIRONMENT_HELD', `environment ${id.environment} of ${id.project} is held by ${who}`, {
    next: state
      ? `Use the one that runs (${state.url ?? 'it is starting'}), or stop it with \`kill ${state.pid}\`.`
      : undefined,
  })
}

const answer = async (session: Session, {method, segments, body}: SocketRequest): Promise<SocketAnswer> => {
  switch (`${method} ${segments.join('/')}`) {
    case 'GET v1/session':
      return {status: 200, json: session.state()}
    case 'POST v1/rollback': {
      const {wanted} = (body ?? {}) as {wanted?: WantedRelease}
      return {status: 200, json: await session.rollback(wanted)}
    }
    case 'POST v1/unpin':
      return {status: 200, json: {release: await session.unpin()}}
    case 'POST v1/decide':
      return {status: 200, json: {release: await session.decide((body as {decision: Decision}).decision)}}
    case 'POST v1/touched':
      session.touched(body as TouchedRelease)
      return {status: 200, json: {}}
    case 'POST v1/quit':
      session.quit()
      return {status: 200, json: {}}
    default:
      return notFound
  }
}

const reportBug = (error: unknown): void => {
  throw error instanceof Error ? error : new ImmBug(String(error))
}
