import type {Finding, Severity} from '../report/finding.ts'
import {lintRules, type LintRuleId} from './catalogue.ts'

const severities = new Map<string, Severity>(lintRules.map(({id, severity}) => [id, severity as Severity]))

/** A finding with its rule's severity, which a policy may change afterwards. */
export const find = (
  rule: LintRuleId,
  subject: string,
  rest: Omit<Finding, 'rule' | 'severity' | 'subject'>,
): Finding => ({
  rule,
  severity: severities.get(rule) ?? 'warning',
  subject,
  ...rest,
})
