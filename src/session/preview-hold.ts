import {createHash} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import path from 'node:path'

import type {EnvironmentId} from '../release/identity.ts'
import {answers, claimSocket} from '../socket/claim.ts'

const holdSocket = (runtime: string, {project, environment}: EnvironmentId): string => {
  const digest = createHash('sha256').update(`${project}/${environment}`).digest('hex').slice(0, 16)
  return path.join(runtime, `preview-${digest}.sock`)
}

/** Whether some process brings it up, or takes it down, at this moment. */
export const isPreviewHeld = async (runtime: string, id: EnvironmentId): Promise<boolean> =>
  answers(holdSocket(runtime, id))

/**
 * Holds a preview's checkout and record for this process, by a socket that the kernel gives back however the process ends; undefined where
 * another one has it.
 */
export const holdPreview = async (
  runtime: string,
  {project, environment}: EnvironmentId,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> => {
  const socketPath = holdSocket(runtime, {project, environment})
  const server = createServer((socket) => socket.destroy())
  const listen = async () => {
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    server.once('error', reject).listen(socketPath, resolve)
    await promise
  }
  if (!(await claimSocket(socketPath, listen, signal))) return undefined
  // The work that it is held for keeps the process alive, not this.
  server.unref()
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      await rm(socketPath, {force: true})
    },
  }
}
