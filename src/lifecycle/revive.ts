import {relaunch} from './relaunch.ts'
import type {Run} from './run.ts'
import {isStopped} from './stopped.ts'

const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * The live release was ended to make room for a candidate that came to nothing: requests are held until a fresh container of it has the
 * traffic again. Resolves at once where nothing is to be done; whoever wants the room again aborts it by `standing.reviving`.
 */
export const revive = async (at: Run, signal: AbortSignal): Promise<void> => {
  const {standing, world} = at
  const {live} = standing
  if (!live || live !== standing.madeRoom || standing.candidate || standing.reviving) return standing.reviving?.done
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const again = async () => {
    for (let pauseMs = firstPauseMs; standing.live === live; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const {kind} = await relaunch(live, 'replace', at, inner)
      if (kind === 'live' || kind === 'superseded') return
      await world.clock.sleep(pauseMs, inner)
    }
  }
  const done = again()
    .catch((error: unknown) => {
      if (!isStopped(error)) throw error
    })
    .finally(() => (standing.reviving = undefined))
  standing.reviving = {over, done}
  return done
}
