import {dismiss} from './dismiss.ts'
import {targetsOf, type Member} from './member.ts'
import type {Target, Verified} from './ports.ts'
import {retire} from './retire.ts'
import type {Standing} from './standing.ts'
import type {World} from './world.ts'

// The proxy answers within a millisecond; if it was killed just now, this is the time to start it again.
const flipTimeoutMs = 15_000

/**
 * Gives the traffic to the verified candidate. It can't be called back: a cancelled flip that did happen would have its release removed
 * under the traffic. So what was cancelled is noticed before, and what is asked for is waited for.
 */
export const flip = async (
  candidate: Member,
  [verified]: readonly [Verified<Target>, ...Verified<Target>[]],
  standing: Standing,
  world: World,
): Promise<{previous: Member | undefined}> => {
  const {traffic, background} = world
  const within = AbortSignal.timeout(flipTimeoutMs)
  // Of one generation with what it takes over from: a release that is given back to.
  if (standing.live?.generation === candidate.generation && standing.live.release !== candidate.release)
    await traffic.split({portions: [{targets: [verified], weight: 1}]}, within)
  else await traffic.flip(verified, within)
  const before = standing.live
  standing.live = candidate
  // A replacement of the same generation takes over from a container that has ended: nothing to drain there.
  if (before && before.release === candidate.release && before.generation < candidate.generation)
    background.add(dismiss(before, standing, world))
  else if (before && before.release === candidate.release)
    for (const target of targetsOf(before)) background.add(traffic.forget(target, AbortSignal.timeout(flipTimeoutMs)))
  else if (before) retire(before, standing, world)
  return {previous: before}
}
