import type {Rule} from '../report/rule.ts'
import type {Level} from './vulnerability.ts'

const rule = (level: Level, severity: Rule['severity'], title: string, help: string): Rule => ({
  id: `vulnerability.${level}`,
  area: 'vulnerability',
  severity,
  title,
  help,
})

const raise =
  'Raise the package to the version that is named, or the base image; where there is none yet, an exception with an end date keeps it in view.'

/** What `trivy` and `grype` know of an image's packages. */
export const vulnerabilityRules: readonly Rule[] = [
  rule('critical', 'error', 'A package has a critical vulnerability.', raise),
  rule('high', 'error', 'A package has a vulnerability of high severity.', raise),
  rule('medium', 'warning', 'A package has a vulnerability of medium severity.', raise),
  rule('low', 'note', 'A package has a vulnerability of low severity.', raise),
  rule('unknown', 'note', 'A package has a vulnerability that nobody has rated yet.', raise),
]
