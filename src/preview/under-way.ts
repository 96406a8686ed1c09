import type {PreviewRecord} from '../state/previews.ts'
import {byRef, type Step} from './situation.ts'

type Known = Pick<PreviewRecord, 'commit' | 'tried'>

/**
 * Whether what is to be done about a preview is what the imm that holds it is doing: its record says which commit it is brought to, and
 * before how the one before ended.
 */
const isBeingDone = (step: Step, {commit, tried}: Known): boolean =>
  step.kind === 'down' ? commit === tried?.commit : step.commit === commit

/** Steps that some imm is at already, and those that are left. */
export const withoutUnderWay = (
  steps: readonly Step[],
  held: ReadonlyMap<string, Known>,
): {steps: Step[]; underWay: Step[]} => {
  const isUnderWay = (step: Step): boolean => {
    const record = held.get(step.ref)
    return record !== undefined && isBeingDone(step, record)
  }
  return {
    steps: steps.filter((step) => !isUnderWay(step)),
    underWay: steps.filter(isUnderWay).toSorted(byRef),
  }
}
