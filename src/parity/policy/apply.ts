import type {ParitySettings} from '../../config/parity.ts'
import type {ParityReport} from '../report/finding.ts'
import type {Rule} from '../report/rule.ts'
import {withCauses} from './causes.ts'
import {exceptionFindings, withExceptions} from './exceptions.ts'
import {withSeverities} from './severity.ts'

export interface Policy {
  settings: Pick<ParitySettings, 'rules' | 'exceptions'>
  /** all that there are */
  rules: readonly Rule[]
  now: Date
}

/** A report as the project wants it: severities, what is allowed, and what is wrong with the exceptions themselves. */
export const applyPolicy = (report: ParityReport, {settings, rules, now}: Policy): ParityReport => {
  const wanted = withSeverities(report.findings, settings.rules, rules)
  const own = exceptionFindings({...report, findings: wanted}, settings.exceptions, rules, now)
  const allowed = withExceptions(wanted, settings.exceptions, now)
  return {...report, findings: [...withCauses(allowed), ...withSeverities(own, settings.rules, rules)]}
}
