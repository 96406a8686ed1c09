import {targetOf} from './member.ts'
import {remove, stopGraceMs} from './retire.ts'
import type {Run} from './run.ts'
import {membersOf} from './standing.ts'
import {Stopped} from './stopped.ts'

const closeTimeoutMs = 5000

/** Retires everything that runs: requests under way are answered first, unless it must end at once. Images and volumes stay. */
export const quit = async ({world, standing, atOnce}: Run): Promise<void> => {
  const {traffic} = world
  const hurry = () => {
    for (const {recall} of standing.previous) recall.abort(new Stopped({kind: 'quit'}))
  }
  atOnce.addEventListener('abort', hurry, {once: true})
  if (atOnce.aborted) hurry()
  const {live} = standing
  if (live && !atOnce.aborted) {
    await traffic.suspend(live.generation, AbortSignal.timeout(closeTimeoutMs))
    await traffic.drain(targetOf(live), live.settings.drainMs, atOnce).catch((error: unknown) => {
      if (!atOnce.aborted) throw error
    })
  }
  await Promise.allSettled(standing.previous.map(({settled}) => settled))
  await traffic.close(AbortSignal.timeout(closeTimeoutMs))
  const graceMs = atOnce.aborted ? 0 : stopGraceMs
  await Promise.all(membersOf(standing).map(async (member) => remove(member, graceMs, world)))
}
