import {rename, rm} from 'node:fs/promises'
import type {Server} from 'node:http'

import {listenOnSocket} from './serve.ts'

/**
 * Listens on `socketPath` in place of whoever did: who connects meets the one before or this one. Listens under another name first,
 * since Node removes the name that it listened under when it closes, and that may be the next one's by then.
 */
export const replaceSocket = async (server: Server, socketPath: string): Promise<void> => {
  const own = `${socketPath}.${process.pid}`
  await rm(own, {force: true})
  await listenOnSocket(server, own)
  await rename(own, socketPath)
}
