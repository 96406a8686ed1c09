import {atLeast} from '../policy/severity.ts'
import type {Finding, ParityReport, Severity} from './finding.ts'

export type FailOn = Severity | 'never'

/** What is told by itself: neither allowed nor brought by another. */
export const isCounted = ({cause, exception}: Finding): boolean => cause === undefined && exception === undefined

export interface Counts {
  error: number
  warning: number
  note: number
  /** allowed by an exception, each with all that it brings */
  allowed: number
  /** brought by others */
  brought: number
}

export const countsOf = (findings: readonly Finding[]): Counts => {
  const counted = findings.filter(isCounted)
  const of = (severity: Severity) => counted.filter((one) => one.severity === severity).length
  return {
    error: of('error'),
    warning: of('warning'),
    note: of('note'),
    allowed: findings.filter(({cause, exception}) => exception !== undefined && cause === undefined).length,
    brought: findings.filter(({cause}) => cause !== undefined).length,
  }
}

/** `incomplete`: nothing that counts was found, but not all that was to be compared could be; never the same as `same`. */
export type Verdict = 'same' | 'below' | 'different' | 'incomplete'

/**
 * `below`: differences, none of them at or above the limit. A difference that is found stays one, whatever else could not be compared.
 */
export const verdictOf = (
  {findings}: Pick<ParityReport, 'findings'>,
  failOn: FailOn,
  isIncomplete: boolean,
): Verdict => {
  const counted = findings.filter(isCounted)
  if (failOn !== 'never' && counted.some(({severity}) => atLeast(severity, failOn))) return 'different'
  if (isIncomplete) return 'incomplete'
  return counted.length === 0 ? 'same' : 'below'
}
