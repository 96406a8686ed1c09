import {targetOf} from './member.ts'
import {remove, stopGraceMs} from './retire.ts'
import type {Run} from './run.ts'
import {membersOf} from './standing.ts'

const closeTimeoutMs = 5000

/** Retires everything that runs: what is under way is answered first, unless it must end at once. Images and volumes stay. */
export const quit = async ({world, standing, atOnce}: Run): Promise<void> => {
  const {traffic} = world
  const {live} = standing
  if (live && !atOnce.aborted) {
    await traffic.suspend(live.generation, AbortSignal.timeout(closeTimeoutMs))
    await traffic.drain(targetOf(live), live.settings.drainMs, atOnce).catch((error: unknown) => {
      if (!atOnce.aborted) throw error
    })
  }
  await traffic.close(AbortSignal.timeout(closeTimeoutMs))
  await Promise.all(
    membersOf(standing).map(async (member) => await remove(member, atOnce.aborted ? 0 : stopGraceMs, world)),
  )
}
