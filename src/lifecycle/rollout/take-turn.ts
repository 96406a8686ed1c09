import type {Step} from '../../strategy/step.ts'
import type {Run} from '../run.ts'
import type {Rollout} from './rollout.ts'

/**
 * One candidate at a time has to do with the traffic, from here on: what another one changed is given back first. True where it was nobody's
 * turn or another's until now, so that what the step was decided by may be otherwise. A replacement of the live release takes nobody's turn.
 */
export const takeTurn = async (
  step: Step,
  rollout: Rollout,
  {standing}: Run,
  signal: AbortSignal,
): Promise<boolean> => {
  const beside = step.do === 'start' && rollout.way.strategy.kind !== 'recreate'
  if (beside || rollout.cause === 'replace' || standing.candidate === rollout) return false
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
  while (standing.candidate) {
    await Promise.race([standing.candidate.ended.promise, aborted])
    signal.throwIfAborted()
  }
  standing.candidate = rollout
  return true
}
