import {mkdir, rm, rmdir, stat} from 'node:fs/promises'
import {connect} from 'node:net'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {isSystemError} from './system-error.ts'

const claimStaleMs = 5000

/**
 * Makes `socketPath` free to listen on and runs `listen`, one process at a time; false where somebody answers there already.
 * The socket file of a killed process is taken over. The directory is created for its owner alone.
 */
export const claimSocket = async (
  socketPath: string,
  listen: () => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> => {
  await mkdir(path.dirname(socketPath), {recursive: true, mode: 0o700})
  // Looking whether somebody answers, removing the file and listening are three calls: without the lock two starters
  // would both find a stale file, and the second would remove the socket that the first has just made.
  const lock = await lockDirectory(`${socketPath}.lock`, signal)
  try {
    if (await answers(socketPath)) return false
    await rm(socketPath, {force: true})
    await listen()
    return true
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}

/** Whether a process accepts connections on the unix socket. */
export const answers = async (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
    // Any other failure (a full backlog, no permission) says that somebody is there.
    socket.once('error', (error) => resolve(!isSystemError(error, 'ECONNREFUSED', 'ENOENT', 'ENOTSOCK')))
  })

const lockDirectory = async (lockPath: string, signal: AbortSignal): Promise<AsyncDisposable> => {
  for (;;) {
    signal.throwIfAborted()
    try {
      await mkdir(lockPath, {mode: 0o700})
      return {
        async [Symbol.asyncDispose]() {
          await rmdir(lockPath).catch(() => undefined)
        },
      }
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
    }
    // Held for milliseconds only: an old one belongs to a process that was killed while it claimed.
    const held = await stat(lockPath).catch(() => undefined)
    if (held !== undefined && Date.now() - held.mtimeMs > claimStaleMs) await rmdir(lockPath).catch(() => undefined)
    await sleep(20, undefined, {signal})
  }
}
