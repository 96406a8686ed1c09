import type {Severity} from '../finding.ts'
import {broughtText, outlineOf} from '../outline.ts'
import {fingerprintOf, type Rendering, sentencesOf} from '../rendering.ts'

const severities = {error: 'critical', warning: 'minor', note: 'info'} as const satisfies Record<Severity, string>

/** GitLab's code quality report: what a merge request shows, and what it compares with the target branch by fingerprints. */
export const gitlab = ({report, rules, place}: Rendering): string => {
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
  return `${JSON.stringify(issues, undefined, 2)}\n`
}
