/**
 * Ends the proxy of a home directory and removes the directory once its stdin ends: with the test's teardown, and also when the test
 * process itself was killed, since no daemon may outlive the tests.
 */
import {rm} from 'node:fs/promises'

import {callSocket} from '../../../src/socket/call.ts'

const [home = '', socketPath = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('close', () => void end())

const end = async (): Promise<void> => {
  // Twice: one that was about to start when the first look was taken.
  for (let look = 0; look < 2; look++) {
    const pid = await runningPid()
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, pid === undefined ? 100 : 10))
  }
  await rm(home, {recursive: true, force: true})
  process.exit()
}

const runningPid = async (): Promise<number | undefined> => {
  try {
    const call = {socketPath, method: 'GET', path: '/v1/status', timeoutMs: 2000} as const
    return ((await callSocket(call, new AbortController().signal)) as {pid: number}).pid
  } catch {
    return undefined
  }
}
