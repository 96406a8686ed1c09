import {isImmError} from '../errors.ts'
import {cleanUp} from './clean-up.ts'
import {crashed} from './crashed.ts'
import type {Member} from './member.ts'
import {relaunch} from './relaunch.ts'
import {remove} from './retire.ts'
import type {Run} from './run.ts'

const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * The live container died: requests are held, and a fresh container of the same release takes its place. It keeps the generation of what
 * it replaces: a newer release that is being built must still be allowed to overtake it, and not the other way round.
 */
export const replace = async (dead: Member, at: Run, signal: AbortSignal): Promise<void> => {
  const {world, standing} = at
  const {traffic, engine, clock, emit, background} = world
  await traffic.suspend(dead.generation, signal)
  const why = await crashed(dead, world, signal).catch((error: unknown) => error)
  const last = await engine.instance(dead.instance.id, signal).catch(() => undefined)
  emit({
    type: 'died',
    release: dead.release,
    exitCode: last?.exitCode,
    outOfMemory: last?.outOfMemory ?? false,
    output: isImmError(why) ? why.output : [],
  })
  background.add(cleanUp(async () => remove(dead, 0, world), at))
  for (let pauseMs = firstPauseMs; standing.live === dead; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const outcome = await relaunch(dead, 'replace', at, signal)
    if (outcome.kind === 'live' || outcome.kind === 'superseded') return
    await clock.sleep(pauseMs, signal)
  }
}
