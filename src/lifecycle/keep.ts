import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import {environmentLabels} from '../release/labels.ts'
import {watchExits} from './exits.ts'
import {findKept} from './find-kept.ts'
import {createHealing} from './heal.ts'
import {knownImages} from './known-images.ts'
import {openPinning} from './pinning.ts'
import {wake} from './rollback.ts'
import type {Run} from './run.ts'
import {createSandboxes} from './sandboxes.ts'
import {createTurns} from './turns.ts'
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
  const exits = watchExits(world, environmentLabels(world.id))
  const builds = {known: knownImages(world), anchor: undefined, readying: undefined, refreshing: undefined}
  // Nobody is there to read the logs, nor for the next save, which would want a sandbox that waits.
  const atOnce = AbortSignal.abort()
  const sandboxes = createSandboxes(world, standing)
  const pinning = await openPinning(world, signal)
  const turns = createTurns()
  const at: Run = {world, standing, exits, builds, sandboxes, pinning, turns, signal, atOnce, url}
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
  await watchEngine({...healing, resume: () => undefined}, exits, at, signal)
  return true
}
