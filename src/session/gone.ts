import {connect} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'

import type {AppId} from '../release/identity.ts'
import {isSystemError} from '../socket/system-error.ts'
import {sessionSocket} from './session.ts'

// Who lets go of a connection and is still there closed it for being idle.
const pauseMs = 100

/** Resolves once no process holds the environment: an open connection tells, however the process ends. */
export const sessionGone = async (runtime: string, id: AppId, signal: AbortSignal): Promise<void> => {
  while (await wasThere(sessionSocket(runtime, id), signal)) await sleep(pauseMs, undefined, {signal})
}

/** Resolves when the connection ends; false where there is none to be had. */
const wasThere = async (socketPath: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect(socketPath)
    let gone = false
    const onAbort = () => socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', onAbort, {once: true})
    socket.on('error', (error) => (gone = isSystemError(error, 'ECONNREFUSED', 'ENOENT', 'ENOTSOCK')))
    socket.resume()
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve(!gone)
    })
  })
