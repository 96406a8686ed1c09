import type {ParityException} from '../../config/parity.ts'
import type {Finding, ParityReport} from '../report/finding.ts'
import type {Rule} from '../report/rule.ts'
import {policyRules} from './catalogue.ts'
import {pathFits, ruleFits, subjectFits} from './pattern.ts'

const [expiredRule, unusedRule] = policyRules

/** Whether its last day is over; days are those of UTC, so that a laptop and CI agree. */
export const isExpired = ({until}: ParityException, now: Date): boolean =>
  until !== undefined && until < now.toISOString().slice(0, 10)

const fits = ({rule, subject}: ParityException, finding: Finding): boolean =>
  ruleFits(rule, finding.rule) &&
  // One finding stands for all files below a directory, or for the one that differs: an exception for the directory means both.
  (finding.rule.startsWith('files.') ? pathFits : subjectFits)(subject, finding.subject)

/** Marks what is allowed. An exception that has expired allows nothing. */
export const withExceptions = (
  findings: readonly Finding[],
  exceptions: readonly ParityException[],
  now: Date,
): Finding[] => {
  const valid = exceptions.filter((one) => !isExpired(one, now))
  return findings.map((finding) => {
    const allowed = valid.find((one) => fits(one, finding))
    if (!allowed) return finding
    const {reason, until} = allowed
    return {...finding, exception: {reason, ...(until === undefined ? {} : {until})}}
  })
}

const nameOf = ({rule, subject}: ParityException): string => (subject === undefined ? rule : `${rule} ${subject}`)

/** What is wrong with the exceptions themselves. */
export const exceptionFindings = (
  {command, findings, compared}: ParityReport,
  exceptions: readonly ParityException[],
  rules: readonly Rule[],
  now: Date,
): Finding[] =>
  exceptions.flatMap((one): Finding[] => {
    const {place} = one
    const used = findings.filter((finding) => fits(one, finding)).length
    const name = nameOf(one)
    if (isExpired(one, now)) {
      const gone = used === 0 && wasLookedFor(one, command, compared, rules)
      const message = `the exception for ${name} expired after ${one.until} (${one.reason})${afterwards(used, gone)}`
      const next = gone ? 'Remove it.' : 'Remove the difference and the exception, or give it a later day.'
      return [{rule: expiredRule.id, severity: expiredRule.severity, subject: name, message, next, place}]
    }
    if (used > 0 || !wasLookedFor(one, command, compared, rules)) return []
    const message = `the exception for ${name} fits no finding`
    return [
      {
        rule: unusedRule.id,
        severity: unusedRule.severity,
        subject: name,
        message,
        next: 'Remove or correct it.',
        place,
      },
    ]
  })

const afterwards = (used: number, gone: boolean): string => {
  if (used > 0) return `; ${used === 1 ? 'what it allowed counts' : `${used} findings that it allowed count`} again`
  return gone ? '; nothing fits it any more' : ''
}

/** Only where all that it could fit was looked at: another comparison may need it. */
const wasLookedFor = (
  {rule: pattern}: ParityException,
  command: ParityReport['command'],
  compared: readonly string[],
  rules: readonly Rule[],
): boolean => {
  const areas = rules.filter(({id}) => ruleFits(pattern, id)).map(({area}) => area)
  const ofOne = areas.some((area) => area === 'lint' || area === 'vulnerability')
  if (areas.length === 0 || ofOne !== (command === 'lint')) return false
  return areas.every((area) => compared.includes(area))
}
