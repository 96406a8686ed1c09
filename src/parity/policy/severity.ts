import type {Finding, Severity} from '../report/finding.ts'
import type {Rule} from '../report/rule.ts'
import {ruleFits} from './pattern.ts'

const ranks = {note: 1, warning: 2, error: 3} as const satisfies Record<Severity, number>

export const atLeast = (severity: Severity, limit: Severity): boolean => ranks[severity] >= ranks[limit]

export const worse = (a: Severity, b: Severity): Severity => (ranks[a] >= ranks[b] ? a : b)

export type Severities = Readonly<Record<string, Severity | 'off'>>

/** What the policy says of a rule: the longest pattern that fits. Undefined: nothing. */
export const ruledSeverity = (rule: string, severities: Severities): Severity | 'off' | undefined =>
  Object.entries(severities)
    .filter(([pattern]) => ruleFits(pattern, rule))
    // A name without a star is more exact than the same beginning with one.
    .toSorted(([a], [b]) => b.replace(/\*$/, '').length - a.replace(/\*$/, '').length || b.length - a.length)
    .at(0)?.[1]

/** Whether a rule that is off was named by itself: `image.*` means those that are on. */
export const isAskedFor = (rule: string, severities: Severities): boolean =>
  Object.hasOwn(severities, rule) && severities[rule] !== 'off'

/** Findings with the severities that the policy wants, without those of rules that are off. */
export const withSeverities = (
  findings: readonly Finding[],
  severities: Severities,
  rules: readonly Rule[],
): Finding[] => {
  const unlessAsked = new Set(rules.filter(({severity}) => severity === 'off').map(({id}) => id))
  return findings.flatMap((finding) => {
    const ruled = ruledSeverity(finding.rule, severities)
    if (ruled === 'off' || (unlessAsked.has(finding.rule) && !isAskedFor(finding.rule, severities))) return []
    return [ruled === undefined ? finding : {...finding, severity: ruled}]
  })
}
