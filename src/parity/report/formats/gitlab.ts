import {jsonText} from '../../controls.ts'
import type {Severity} from '../finding.ts'
import {broughtText, outlineOf} from '../outline.ts'
import {fingerprintOf, type Rendering, sentencesOf} from '../rendering.ts'

const severities = {error: 'critical', warning: 'minor', note: 'info'} as const satisfies Record<Severity, string>

/**
 * GitLab's code quality report: what a merge request shows, and what it compares with the target branch by fingerprints. It has no place for what
 * failed: a list of nothing would say that all is well.
 */
export const gitlab = ({report, rules, place, verdict}: Rendering): string => {
  const uncompared = verdict === 'incomplete' ? report.uncompared : []
  const issues = outlineOf(report, rules)
    .groups.flatMap((group) => group.entries)
    .map((entry) => {
      const {finding} = entry
      const more = broughtText(entry, rules)
      return {
        description: [sentencesOf(finding), ...(more === undefined ? [] : [`It ${more}.`])].join(' '),
        check_name: finding.rule,
        fingerprint: fingerprintOf(finding),
        severity: severities[finding.severity],
        location: {path: finding.place?.file ?? place.path, lines: {begin: finding.place?.line ?? 1}},
      }
    })
  const failed = uncompared.map(({area, reason}) => ({
    description: `${area} could not be ${report.command === 'lint' ? 'checked' : 'compared'}: ${reason}`,
    check_name: 'uncompared',
    fingerprint: fingerprintOf({rule: 'uncompared', subject: `${area}\n${reason}`}),
    severity: 'blocker',
    location: {path: place.path, lines: {begin: 1}},
  }))
  return `${jsonText([...failed, ...issues], 2)}\n`
}
