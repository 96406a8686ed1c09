import type {Finding} from '../report/finding.ts'
import {keyOf} from '../report/key.ts'
import {worse} from './severity.ts'

/**
 * What is brought by another is not counted by itself. So its cause is as severe as the worst that it brings, and what has no cause in the
 * report any more, because its rule is off, counts for itself.
 */
export const withCauses = (findings: readonly Finding[]): Finding[] => {
  const known = new Map(findings.map((finding) => [keyOf(finding), finding]))
  const kept = findings.map(({cause, ...finding}): Finding =>
    cause && known.has(keyOf(cause)) && keyOf(cause) !== keyOf(finding) ? {...finding, cause} : finding,
  )
  const byCause = Map.groupBy(
    kept.filter(({cause, exception}) => cause && !exception),
    ({cause}) => (cause ? keyOf(cause) : ''),
  )
  const worst = (finding: Finding, above: readonly string[]): Finding['severity'] => {
    const key = keyOf(finding)
    // Causes that name each other are a mistake of a rule, and no reason to stop.
    if (above.includes(key)) return finding.severity
    return (byCause.get(key) ?? []).reduce(
      (severity, brought) => worse(severity, worst(brought, [...above, key])),
      finding.severity,
    )
  }
  return kept.map((finding) => ({...finding, severity: worst(finding, [])}))
}
