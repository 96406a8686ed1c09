import {setTimeout as sleep} from 'node:timers/promises'

import {isSocketLost, socketLines} from '../socket/call.ts'
import {answers} from '../socket/claim.ts'
import type {StatePaths} from '../state/paths.ts'
import {controlSocketPath} from './settings.ts'

/** How long after the end of one process another is waited for. */
const patienceMs = 5000

/** What is read from a call that stays open, from one process of the proxy to the next; ends once none is there. */
export const heldLines = async function* (
  paths: StatePaths,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const socketPath = controlSocketPath(paths)
  do {
    try {
      yield* socketLines({socketPath, method: 'GET', path}, signal)
    } catch (error) {
      if (!isSocketLost(error)) throw error
    }
  } while (await isBack(socketPath, signal))
}

const isBack = async (socketPath: string, signal: AbortSignal): Promise<boolean> => {
  const deadlineMs = Date.now() + patienceMs
  while (Date.now() < deadlineMs) {
    await sleep(100, undefined, {signal})
    if (await answers(socketPath)) return true
  }
  return false
}
