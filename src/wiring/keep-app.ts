import {isImmError} from '../errors.ts'
import {keep} from '../lifecycle/keep.ts'
import type {AppId} from '../release/identity.ts'
import type {StatePaths} from '../state/paths.ts'
import {systemClock} from './clock.ts'
import {keptSettings} from './kept-settings.ts'
import {inKeptWorld} from './kept-world.ts'

const firstPauseMs = 250
const longestPauseMs = 10_000

/** Keeps what has the traffic of an environment alive, from here until the signal aborts. An engine that is not there is waited for. */
export const keepApp = async (
  id: AppId,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  let said = ''
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await keepOnce(id, paths, log, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!isImmError(error)) throw error
      if (error.message !== said) log(`${error.message} (${error.next})`)
      said = error.message
    }
    await systemClock.sleep(pauseMs, signal).catch(() => undefined)
  }
}

const keepOnce = async (
  id: AppId,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const found = await inKeptWorld(id, paths, log, async (world) => keep(keptSettings(id), world, signal), signal)
  if (!found) log('not kept: the engine has nothing of what is live')
}
