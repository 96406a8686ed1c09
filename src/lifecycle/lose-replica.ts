import {cleanUp} from './clean-up.ts'
import {crashLoopDeaths} from './deaths.ts'
import {replicasOf, targetOf, type Member} from './member.ts'
import {clearAway, crashLoop, diedOnTrial, tell, type Failure, type Replacing} from './replace.ts'
import {share, shareTimeoutMs} from './rollout/share.ts'
import type {Run} from './run.ts'

/**
 * One of the live release's replicas failed: the others have its requests from now on. Returns how many failures in a row that makes;
 * undefined where the traffic went to the release before.
 */
export const loseReplica = async (
  live: Member,
  lost: Member,
  failure: Failure,
  {deaths, fallBack, isOnTrial}: Replacing,
  at: Run,
  signal: AbortSignal,
): Promise<number | undefined> => {
  await share(at)
  const {end, inARow, onTrial} = await tell(lost, failure, replicasOf(live).length, {deaths, isOnTrial}, at, signal)
  await clearAway(lost, failure, at)
  const forgetting = async () => at.world.traffic.forget(targetOf(lost), AbortSignal.timeout(shareTimeoutMs))
  await cleanUp(forgetting, at)
  if (inARow === 0) return 0
  if (onTrial && (await fallBack(live, [diedOnTrial(end)]))) return undefined
  if (inARow % crashLoopDeaths === 0 && (await fallBack(live, [crashLoop(inARow)]))) return undefined
  return inARow
}
