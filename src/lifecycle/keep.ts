import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import {findKept} from './find-kept.ts'
import {createHealing} from './heal.ts'
import {openRun} from './open-run.ts'
import {wake} from './rollback.ts'
import {watchEngine} from './watch.ts'
import type {World} from './world.ts'

/**
 * Keeps what has the traffic alive in an environment that nobody looks after, until the signal aborts: by the same rules as `imm dev`, and
 * nothing else. Resolves at once, with false, where the engine doesn't know what is live.
 */
export const keep = async (settings: Settings, world: World, signal: AbortSignal): Promise<boolean> => {
  const found = await findKept(settings, world, signal)
  if (!found) return false
  const {standing, url} = found
  const at = await openRun(standing, url, world, signal)
  const healing = createHealing({
    at,
    async giveBack(to, generation) {
      const warm = standing.previous.find(({member}) => to === undefined || member.release === to)
      const back = warm && (await wake(warm, generation, 'revert', at, signal))
      if (!back) throw new ImmError('RELEASE_NOT_FOUND', 'no release before it is kept warm')
      return back
    },
    onReverted: () => undefined,
    onIdle: () => undefined,
    signal,
  })
  await watchEngine({...healing, resume: () => undefined}, at.exits, at, signal)
  return true
}
