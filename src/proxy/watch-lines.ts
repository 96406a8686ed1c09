import {setTimeout as sleep} from 'node:timers/promises'

import {isSocketLost, socketLines} from '../socket/call.ts'
import type {StatePaths} from '../state/paths.ts'
import {controlSocketPath} from './settings.ts'
import type {RouteTrouble} from './trouble.ts'

/** What a proxy says to who watches it, a line at a time. */
export interface WatchLine {
  pid?: number
  stopping?: boolean
  replaced?: boolean
  trouble?: RouteTrouble
}

/** Until the proxy ends the call; one that dies rejects as `isSocketLost`. */
export const watchLines = (paths: StatePaths, signal: AbortSignal): AsyncIterable<WatchLine> =>
  socketLines(
    {socketPath: controlSocketPath(paths), method: 'GET', path: '/v1/watch'},
    signal,
  ) as AsyncIterable<WatchLine>

const againMs = 250

/** Of every proxy, one after the other, until the signal aborts. */
export const watchTroubles = async function* (
  paths: StatePaths,
  signal: AbortSignal,
): AsyncGenerator<RouteTrouble, void, undefined> {
  while (!signal.aborted) {
    try {
      for await (const {trouble} of watchLines(paths, signal)) if (trouble !== undefined) yield trouble
    } catch (error) {
      if (signal.aborted) return
      if (!isSocketLost(error)) throw error
    }
    await sleep(againMs, undefined, {signal}).catch(() => undefined)
  }
}
