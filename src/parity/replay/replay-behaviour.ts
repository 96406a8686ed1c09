import type {ReplaySettings} from '../../config/parity.ts'
import {readHar} from '../har/read.ts'
import {replay, type Replayed, type ReplayOptions} from './replay.ts'
import type {ReplaySide} from './side.ts'

/** Where nothing is configured. */
export const defaultReplay: ReplaySettings = {
  redact: [],
  ignore: {headers: [], fields: [], paths: []},
  unordered: [],
}

/** Sends the requests of a HAR file to both sides, and tells how their answers differ. HAR_INVALID, REPLAY_FAILED. */
export const replayBehaviour = async (
  file: string,
  a: ReplaySide,
  b: ReplaySide,
  settings: ReplaySettings,
  options: ReplayOptions,
  signal: AbortSignal,
): Promise<Replayed> => replay(await readHar(file, signal), a, b, settings, options, signal)
