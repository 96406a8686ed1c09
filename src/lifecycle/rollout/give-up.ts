import {cleanUp} from '../clean-up.ts'
import {replicasOf, targetsOf} from '../member.ts'
import {drain, graceOf, remove, unpauseReplica} from '../retire.ts'
import type {Run} from '../run.ts'
import {hadPart, type Rollout} from './rollout.ts'
import {share, shareTimeoutMs} from './share.ts'

/** The live release has all of the traffic again, at its full strength. */
export const giveBack = async (rollout: Rollout, at: Run): Promise<void> => {
  const {world, standing} = at
  // Without a part in it, or where somebody else has all of it meanwhile, there is nothing to give back.
  if (standing.candidate === rollout) {
    // What must not run beside another is gone before it is somebody else's turn.
    if (rollout.way.strategy.kind === 'recreate') await takeAllAway(rollout, at)
    standing.candidate = undefined
    const rested = standing.live
      ? replicasOf(standing.live).filter(({instance}) => rollout.resting.has(instance.id))
      : []
    await Promise.all(
      rested.map(async (replica) => cleanUp(async () => void (await unpauseReplica(replica, world)), at)),
    )
    if (hadPart(rollout)) await cleanUp(async () => takeAway(rollout, at), at)
  }
  rollout.ended.resolve(false)
}

/** A worker has begun to work, proved or not. */
const takeAllAway = async ({member}: Rollout, at: Run): Promise<void> => {
  if (!member) return
  const graceMs = member.port === 0 ? graceOf(member) : 0
  await cleanUp(async () => remove(member, graceMs, at.world), at)
}

/** While nobody of the live release is there, what it had of the traffic is held. */
const takeAway = async ({member}: Rollout, at: Run): Promise<void> => {
  if ((await share(at)) || !member) return
  await at.world.traffic.suspend(member.generation, AbortSignal.timeout(shareTimeoutMs))
}

/** Gives the traffic back, and takes all containers of the candidate away; requests that it has had are answered first. */
export const giveUp = async (rollout: Rollout, at: Run): Promise<void> => {
  const {world, atOnce} = at
  await giveBack(rollout, at)
  const {member} = rollout
  if (!member) return
  if (hadPart(rollout) && !rollout.lost.signal.aborted)
    await drain(member, world, atOnce).catch((error: unknown) => {
      if (!atOnce.aborted) throw error
    })
  await takeAllAway(rollout, at)
  if (!hadPart(rollout)) return
  for (const target of targetsOf(member))
    await cleanUp(async () => world.traffic.forget(target, AbortSignal.timeout(shareTimeoutMs)), at)
}
