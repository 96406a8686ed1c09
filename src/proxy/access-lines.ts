import type {StatePaths} from '../state/paths.ts'
import type {AccessEntry} from './access-log.ts'
import type {AccessWish} from './access-stream.ts'
import {heldLines} from './held-lines.ts'

/** `listening`: what begins from now on is told of; `dropped`: so many were left out, since the reader was too slow. */
export type AccessLine = AccessEntry | {type: 'dropped'; time: string; count: number} | {type: 'listening'; pid: number}

/** Each request that a proxy is done with, from one process to the next; ends once none is there. */
export const accessLines = (
  paths: StatePaths,
  {route, query}: AccessWish,
  signal: AbortSignal,
): AsyncGenerator<AccessLine, void, undefined> => {
  const search = new URLSearchParams({query: String(query), ...(route === undefined ? {} : {route})})
  return heldLines(paths, `/v1/access?${search.toString()}`, signal) as AsyncGenerator<AccessLine, void, undefined>
}
