import {rm} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'
import {callSocket} from '../../socket/call.ts'
import {claimSocket} from '../../socket/claim.ts'
import {listenOnSocket, notFound, socketServer} from '../../socket/serve.ts'

interface Holder {
  pid: number
  /** ISO 8601 */
  since: string
}

/**
 * Holds a repository for this process, by listening on its socket: the kernel gives it back however the process ends. SERVE_HELD names the
 * one that has it.
 */
export const holdRepository = async (
  socketPath: string,
  repository: string,
  signal: AbortSignal,
): Promise<AsyncDisposable> => {
  const holder: Holder = {pid: process.pid, since: new Date().toISOString()}
  const server = socketServer(
    async ({segments}) => (segments.join('/') === 'v1/serve' ? {status: 200, json: holder} : notFound),
    () => {},
  )
  const held = await claimSocket(socketPath, async () => listenOnSocket(server, socketPath), signal)
  if (!held) throw heldBy(repository, await ask(socketPath, signal))
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await rm(socketPath, {force: true})
    },
  }
}

const ask = async (socketPath: string, signal: AbortSignal): Promise<Partial<Holder>> => {
  const call = {socketPath, method: 'GET', path: '/v1/serve', timeoutMs: 2000} as const
  const answer = await callSocket(call, signal).catch(() => undefined)
  signal.throwIfAborted()
  return typeof answer === 'object' && answer !== null ? answer : {}
}

const heldBy = (repository: string, {pid, since}: Partial<Holder>): ImmError => {
  const who = pid === undefined ? 'Another `imm preview serve`' : `\`imm preview serve\` in process ${pid}`
  const when = since === undefined ? '' : ` since ${since}`
  return new ImmError('SERVE_HELD', `${who} looks after ${repository}${when}.`)
}
