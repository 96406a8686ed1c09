import type {StatePaths} from '../../state/paths.ts'
import {heldLines} from '../held-lines.ts'
import type {RecordedExchange, RecordWish} from './recorder.ts'

/** `listening`: what begins from now on is kept; `dropped`: so many were left out, since they came faster than they were read. */
export type RecordedLine = RecordedExchange | {type: 'dropped'; count: number} | {type: 'listening'; pid: number}

/** What passes on the routes, from one process of the proxy to the next; ends once none is there. */
export const recordedLines = (
  paths: StatePaths,
  {route, methods, every}: RecordWish,
  signal: AbortSignal,
): AsyncGenerator<RecordedLine, void, undefined> => {
  const search = new URLSearchParams({route, methods: methods.join(','), every: String(every)})
  return heldLines(paths, `/v1/record?${search.toString()}`, signal) as AsyncGenerator<RecordedLine, void, undefined>
}
