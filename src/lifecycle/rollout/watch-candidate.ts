import {crashed} from '../crashed.ts'
import {eachReplica, type Member} from '../member.ts'
import type {Run} from '../run.ts'
import type {Rollout} from './rollout.ts'

/** From the proof to the promotion: a replica that ends is the end of the candidate. */
export const watchCandidate = (started: Member, rollout: Rollout, {exits, world}: Run): void => {
  const {signal} = rollout.over
  const watch = async (replica: Member): Promise<void> => {
    try {
      await exits.of(replica.instance.id, signal)
      rollout.lost.abort(await crashed(replica, world, signal))
    } catch (error) {
      // It has ended, also where an engine that went away can't say why.
      if (!signal.aborted) rollout.lost.abort(error)
    }
  }
  for (const replica of eachReplica(started)) world.background.add(watch(replica))
}
