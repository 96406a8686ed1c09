import {firstCause, isImmError, type ImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import type {Stage} from './events.ts'
import type {Member} from './member.ts'
import {isStopped} from './stopped.ts'
import type {World} from './world.ts'

/** How an attempt ended. A user's mistake is an outcome, never an exception. */
export type Outcome =
  | {kind: 'live'; member: Member; /** what it took over from */ previous?: ReleaseName | undefined}
  | {kind: 'rejected'; error: ImmError}
  /** rejected for another app's sake: nothing is wrong with it, and it is tried again with the next change of those it waited for */
  | {kind: 'held back'}
  | {kind: 'superseded'}
  /** a file changed between its digest and its packing: to be planned again */
  | {kind: 'moved'}

/** Sorts what ended an attempt early, and says it. */
export const explain = (
  error: unknown,
  release: ReleaseName,
  stage: Stage,
  generation: number,
  {emit}: World,
  signal: AbortSignal,
): Outcome => {
  // The first cause wins: whatever a cancelled stage failed with is a consequence.
  const cause: unknown = signal.aborted ? signal.reason : firstCause(error)
  if (isStopped(cause)) {
    if (cause.stopCause.kind === 'superseded') emit({type: 'superseded', release, stage, by: cause.stopCause.by})
    return {kind: 'superseded'}
  }
  if (isImmError(cause, 'GENERATION_STALE') || isImmError(cause, 'SNAPSHOT_MOVED')) {
    emit({type: 'superseded', release, stage, by: generation + 1})
    return {kind: cause.code === 'SNAPSHOT_MOVED' ? 'moved' : 'superseded'}
  }
  if (!isImmError(cause)) throw cause
  const {code, message, next, output} = cause
  emit({type: 'rejected', release, stage, code, message, next, output})
  return code === 'TOGETHER_REJECTED' ? {kind: 'held back'} : {kind: 'rejected', error: cause}
}
