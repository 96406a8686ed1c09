import {isImmError} from '../errors.ts'
import {hasEnded} from './exits.ts'
import {replicasOf, type Member} from './member.ts'
import {relaunch} from './relaunch.ts'
import {remove} from './retire.ts'
import {share} from './rollout/share.ts'
import type {Run} from './run.ts'
import {isStopped} from './stopped.ts'

const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * The live release was to make room for a candidate that came to nothing: requests are held until it has the traffic again, in a fresh container
 * where it had ended already. Resolves at once where nothing is to be done; whoever wants the room again aborts it by `standing.reviving`.
 */
export const revive = async (at: Run, signal: AbortSignal): Promise<void> => {
  const {standing, world} = at
  const {live} = standing
  if (!live || live !== standing.makingRoom || standing.candidate || standing.reviving) return standing.reviving?.done
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const again = async () => {
    for (let pauseMs = firstPauseMs; standing.live === live; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (await serves(live, at, inner)) return
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

/** False where it is to be tried again. */
const serves = async (live: Member, at: Run, signal: AbortSignal): Promise<boolean> => {
  const {standing, world} = at
  try {
    if (await runs(live, at, signal)) {
      standing.makingRoom = undefined
      return await share(at)
    }
    // What is left of it has the name, and may be half ended.
    await remove(live, 0, world)
  } catch (error) {
    if (signal.aborted || !isImmError(error)) throw error
    return false
  }
  const {kind} = await relaunch(live, 'replace', at, signal)
  return kind === 'live' || kind === 'superseded'
}

/** It was not ended yet: somebody newer came while its requests were finishing, or the engine went away. */
const runs = async (live: Member, {world}: Run, signal: AbortSignal): Promise<boolean> => {
  const now = await Promise.all(replicasOf(live).map(async ({instance}) => world.engine.instance(instance.id, signal)))
  return now.every((instance) => instance !== undefined && !hasEnded(instance))
}
