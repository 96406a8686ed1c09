import {createHash} from 'node:crypto'

import type {Finding, ParityReport} from './finding.ts'
import type {Rule} from './rule.ts'
import type {FailOn, Verdict} from './verdict.ts'

/** All that a format writes from. */
export interface Rendering {
  report: ParityReport
  /** of all that there are */
  rules: readonly Rule[]
  verdict: Verdict
  failOn: FailOn
  /** of imm */
  version: string
  now: Date
  /** where a finding is shown that has no place of its own: a file of the project, else the name of what was compared */
  place: {path: string; isFile: boolean}
}

/** The same as long as it is about the same, whatever the values: what CI follows over time. */
export const fingerprintOf = ({rule, subject}: Pick<Finding, 'rule' | 'subject'>): string =>
  createHash('sha256').update(`${rule}\n${subject}`).digest('hex')

/** The message as a sentence, and what can be done. */
export const sentencesOf = ({message, next}: Finding): string =>
  [message, next].flatMap((text) => (text === undefined ? [] : [/[.!?]$/.test(text) ? text : `${text}.`])).join(' ')

export const verdictText = (
  {verdict, failOn}: Pick<Rendering, 'verdict' | 'failOn'>,
  command: 'parity' | 'lint',
): string => {
  switch (verdict) {
    case 'same':
      return command === 'lint' ? 'nothing found' : 'same in all that was compared'
    case 'below':
      if (failOn !== 'never') return `nothing at or above ${failOn}`
      return command === 'lint' ? 'found something' : 'differs'
    case 'different':
      return command === 'lint' ? `found something at or above ${failOn}` : 'different'
    case 'incomplete':
      return command === 'lint' ? 'not all could be checked' : 'not all could be compared'
  }
  return verdict satisfies never
}
