import {setTimeout as sleep} from 'node:timers/promises'

import {isSocketLost, socketLines} from '../socket/call.ts'
import {answers} from '../socket/claim.ts'
import type {StatePaths} from '../state/paths.ts'
import type {AccessEntry} from './access-log.ts'
import type {AccessWish} from './access-stream.ts'
import {controlSocketPath} from './settings.ts'

/** `listening`: what begins from now on is told of; `dropped`: so many were left out, since the reader was too slow. */
export type AccessLine = AccessEntry | {type: 'dropped'; time: string; count: number} | {type: 'listening'; pid: number}

/** How long after the end of one process another is waited for. */
const patienceMs = 5000

/** Each request that a proxy is done with, from one process to the next; ends once none is there. */
export const accessLines = async function* (
  paths: StatePaths,
  {route, query}: AccessWish,
  signal: AbortSignal,
): AsyncGenerator<AccessLine, void, undefined> {
  const socketPath = controlSocketPath(paths)
  const search = new URLSearchParams({query: String(query), ...(route === undefined ? {} : {route})})
  do {
    try {
      const lines = socketLines({socketPath, method: 'GET', path: `/v1/access?${search.toString()}`}, signal)
      yield* lines as AsyncGenerator<AccessLine, void, undefined>
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
