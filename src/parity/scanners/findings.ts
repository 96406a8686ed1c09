import type {Finding, Severity} from '../report/finding.ts'
import {vulnerabilityRules} from './catalogue.ts'
import type {Level, Vulnerability} from './vulnerability.ts'

const order: readonly Level[] = ['critical', 'high', 'medium', 'low', 'unknown']

/** Each vulnerability of a package once, whoever told it: the worst level that was said, and a fix where anybody knows one. */
export const vulnerabilityFindings = (found: readonly Vulnerability[]): Finding[] => {
  const groups = Map.groupBy(found, sameKey)
  return [...groups.values()]
    .map(together)
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(findingOf)
}

/**
 * Scanners write the same differently: `typing_extensions` and `typing-extensions`, `go1.24.5` and `v1.24.5` of Go's own library, an epoch of
 * 0 that rpm does not show.
 */
const sameKey = ({id, package: name, version}: Vulnerability): string =>
  [id, name.toLowerCase().replaceAll(/[-_.]+/g, '-'), version.replace(/^(?:go|v)(?=\d)|^0:/, '')].join(' ')

const keyOf = ({package: name, id}: Vulnerability): string => `${name} ${id}`

const together = (same: readonly Vulnerability[]): Vulnerability => {
  const [first] = same
  if (first === undefined) throw new RangeError('a group is never empty')
  return {
    ...first,
    level: order.find((level) => same.some((each) => each.level === level)) ?? 'unknown',
    fixed: same.find(({fixed}) => fixed !== undefined)?.fixed,
    title: same.find(({title}) => title !== undefined)?.title,
    path: same.find(({path}) => path !== undefined)?.path,
  }
}

const findingOf = ({id, level, package: name, version, fixed, title, path}: Vulnerability): Finding => {
  const rule = `vulnerability.${level}`
  const severity = vulnerabilityRules.find((each) => each.id === rule)?.severity
  return {
    rule,
    severity: severity as Severity,
    subject: `${id} ${name} ${version}`.trim(),
    message: `${[name, version].filter(Boolean).join(' ')}${path === undefined ? '' : ` in ${path}`} has ${id}${title === undefined ? '' : `: ${title}`}`,
    a: version || undefined,
    next: fixed === undefined ? 'No version without it is known yet' : `Raise ${name} to ${fixed}`,
  }
}
