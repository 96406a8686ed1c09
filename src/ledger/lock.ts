import {randomBytes} from 'node:crypto'
import {mkdir, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {answers} from '../socket/claim.ts'
import {addEntry, lastEntry} from '../state/sequence.ts'

export interface LockRequest {
  /** where the claims are */
  directory: string
  /** of sockets; its path is short enough for them */
  runtime: string
}

const pauseMs = 5

/**
 * Lets one process at a time write. Of the claims, numbered files, the highest counts, and nobody gets a number twice; it holds for as long
 * as the socket that it names is listened on, which the kernel ends with the process, however that ends. So there is nothing to take over
 * by age or by pid: no claim outlives its process, not even where pids are given again, and none is lost by one that was only slow.
 *
 * Optimistic links alone, as in state/sequence.ts, would do for numbers; a line that is appended can't be taken back when it turns out that
 * another came first.
 */
export const lockLedger = async ({directory, runtime}: LockRequest, signal: AbortSignal): Promise<AsyncDisposable> => {
  await mkdir(runtime, {recursive: true, mode: 0o700})
  const socketPath = path.join(runtime, `ledger-${randomBytes(6).toString('hex')}.sock`)
  await using undo = new AsyncDisposableStack()
  undo.use(await listenOn(socketPath))
  for (;;) {
    const last = await lastEntry(directory, signal)
    const holder = last?.text ?? ''
    if (holder !== '' && (await answers(holder))) {
      await sleep(pauseMs * (1 + Math.random()), undefined, {signal})
      continue
    }
    if (!(await addEntry(directory, {number: (last?.number ?? 0) + 1, text: socketPath}, signal))) continue
    // Left behind by a process that was killed; the name is never used again.
    if (isOurs(holder)) await rm(holder, {force: true})
    return undo.move()
  }
}

const isOurs = (file: string): boolean =>
  path.isAbsolute(file) && /^ledger-[0-9a-f]{12}\.sock$/.test(path.basename(file))

const listenOn = async (socketPath: string): Promise<AsyncDisposable> => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  return {
    // Node removes the socket's file with it.
    [Symbol.asyncDispose]: async () => new Promise((resolve) => server.close(() => resolve())),
  }
}
