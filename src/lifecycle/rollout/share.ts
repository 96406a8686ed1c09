import {provedTargets} from '../gates/admit.ts'
import {replicasOf} from '../member.ts'
import type {Split, Target, Verified} from '../ports.ts'
import type {Run} from '../run.ts'
import type {Standing} from '../standing.ts'
import type {Rollout} from './rollout.ts'

// The proxy answers within a millisecond; if it was killed just now, this is the time to start it again.
export const shareTimeoutMs = 15_000

/**
 * Shares the traffic out as the standing has it when its turn comes. Not while there is nobody of the live release to send a request to:
 * then requests are held, and it is false. `change`: of the standing, in the same turn.
 */
export const share = async ({world, standing, exits, turns}: Run, change?: () => void): Promise<boolean> =>
  turns(async () => {
    change?.()
    const {live, candidate} = standing
    if (!live || live === standing.makingRoom) return false
    const resting = candidate?.resting ?? new Set()
    const serving = provedTargets(live).filter(({instance}) => !resting.has(instance) && !exits.ended(instance))
    if (serving.length === 0) return false
    await world.traffic.split(splitOf(serving, candidate), AbortSignal.timeout(shareTimeoutMs))
    return true
  })

export const splitOf = (
  live: readonly Verified<Target>[],
  candidate: Pick<Rollout, 'targets' | 'weight' | 'mirror'> | undefined,
): Split<Verified<Target>> => {
  const {weight = 0, mirror} = candidate ?? {}
  const targets = [...(candidate?.targets ?? [])]
  const copies = mirror?.state === 'on' ? {mirror: {targets, share: mirror.share}} : {}
  if (weight === 0) return {portions: [{targets: live, weight: 1}], ...copies}
  return {
    portions: [
      {targets: live, weight: 1 - weight},
      {targets, weight},
    ],
  }
}

/** How many of the live release's replicas take requests. */
export const servingOf = ({live, makingRoom}: Standing, {resting}: Rollout): number =>
  live && live !== makingRoom ? replicasOf(live).filter(({instance}) => !resting.has(instance.id)).length : 0
