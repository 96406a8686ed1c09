import type {CheckSettings} from '../../config/settings.ts'
import type {Member} from '../member.ts'
import type {Run} from '../run.ts'
import {runInImage, runOnHost} from './command.ts'
import {ask} from './http.ts'

/** How a check went. */
export interface Finding {
  /** why it failed; undefined: it passed */
  reason: string | undefined
  /** its last lines; of an answer that is not right, the first ones of its body */
  output: readonly string[]
}

/** One check of a candidate. `number`: its place in the list, from 1. */
export const runCheck = async (
  check: CheckSettings,
  number: number,
  candidate: Member,
  at: Pick<Run, 'world' | 'standing'>,
  signal: AbortSignal,
): Promise<Finding> => {
  switch (check.kind) {
    case 'http':
      return ask(check, candidate.address, at.world, signal)
    case 'command':
      return runOnHost(check, candidate, at, signal)
    case 'image':
      return runInImage(check, number, candidate, at, signal)
  }
  return check satisfies never
}
