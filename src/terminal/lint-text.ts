import type {Finding, Severity} from '../parity/report/finding.ts'
import type {Linted} from '../wiring/parity/lint.ts'
import {counted} from './formats.ts'
import {safeText} from './safe-text.ts'
import {painter, type Style} from './style.ts'

const severities: readonly Severity[] = ['error', 'warning', 'note']
const styles: Record<Severity, Style> = {error: 'red', warning: 'yellow', note: 'dim'}

/** What was found of one side, the worst first, and what can be done. */
export const lintText = (
  {report: {a, findings, uncompared}, counts}: Linted,
  stream: NodeJS.WritableStream,
): string => {
  const paint = painter(stream)
  const told = findings.filter(({cause}) => cause === undefined)
  const lines = severities.flatMap((severity) =>
    told
      .filter((each) => each.severity === severity)
      .flatMap((each) => finding(each, paint(styles[severity], severity))),
  )
  const sum = [
    ...severities.flatMap((severity) => (counts[severity] > 0 ? [counted(counts[severity], severity)] : [])),
    ...(counts.allowed > 0 ? [`${counts.allowed} allowed`] : []),
  ]
  return [
    [a.name, a.summary].filter(Boolean).join('  '),
    ...lines,
    ...uncompared.map(({area, reason}) => `${paint('dim', 'not checked:')} ${area}: ${plain(reason)}`),
    sum.length === 0 ? 'nothing found' : sum.join(', '),
  ].join('\n')
}

// Names of files and packages are the image's choice.
const plain = (text: string): string => safeText(text, false)

const finding = ({rule, message, next, place, details = [], exception}: Finding, severity: string): string[] => [
  `  ${severity}  ${plain(message)}${place === undefined ? '' : `, ${place.file}${place.line === undefined ? '' : `:${place.line}`}`}  [${rule}]`,
  ...details.map((each) => `      ${plain(each)}`),
  ...(exception === undefined
    ? []
    : [`      allowed${exception.until === undefined ? '' : ` until ${exception.until}`}: ${plain(exception.reason)}`]),
  ...(next === undefined ? [] : [`      ${plain(next)}`]),
]
