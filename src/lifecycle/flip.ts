import {dismiss} from './dismiss.ts'
import {targetsOf, type Member} from './member.ts'
import type {Target, Verified} from './ports.ts'
import {retire} from './retire.ts'
import {shareTimeoutMs, splitOf} from './rollout/share.ts'
import type {Run} from './run.ts'
import type {Part} from './together.ts'

/**
 * Gives the traffic to the verified candidate. It can't be called back: a cancelled flip that did happen would have its release removed
 * under the traffic. So what was cancelled is noticed before, and what is asked for is waited for.
 */
export const flip = async (
  candidate: Member,
  verified: readonly Verified<Target>[],
  {world, standing, turns}: Run,
  part?: Part,
): Promise<{candidate: Member; previous: Member | undefined}> =>
  turns(async () => {
    const {traffic, background} = world
    const replaces = standing.live?.release === candidate.release
    // Who is on its way keeps its share beside a replacement of the live one, and has lost it to anybody else.
    const beside = replaces ? standing.candidate : undefined
    // Of several apps that change together all splits are made in one call, by whoever knows them all.
    await (part ?? traffic).split(splitOf(verified, beside), AbortSignal.timeout(shareTimeoutMs))
    // Now, with the replicas that came and went meanwhile.
    const before = standing.live
    standing.live = candidate
    standing.candidate = beside
    // A replacement of the same generation takes over from a container that has ended: nothing to drain there.
    if (before && replaces && before.generation < candidate.generation) background.add(dismiss(before, standing, world))
    else if (before && replaces)
      for (const target of targetsOf(before))
        background.add(traffic.forget(target, AbortSignal.timeout(shareTimeoutMs)))
    else if (before && before !== standing.madeRoom) retire(before, standing, world)
    standing.makingRoom = undefined
    standing.madeRoom = undefined
    return {candidate, previous: before}
  })
