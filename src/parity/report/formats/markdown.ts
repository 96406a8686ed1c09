import type {Finding} from '../finding.ts'
import {broughtText, type Entry, outlineOf} from '../outline.ts'
import {type Rendering, verdictText} from '../rendering.ts'
import {countsOf} from '../verdict.ts'
import {code, prose} from './markdown-text.ts'

const shownOfArea = 50
const shownDetails = 10

/** For a comment, a wiki, or the summary of a step. */
export const markdown = (rendering: Rendering): string => {
  const {report, rules, verdict, failOn} = rendering
  const {groups, allowed} = outlineOf(report, rules)
  const sides = [report.a, ...(report.b ? [report.b] : [])]
  const parts = [
    `## imm ${report.command}: ${verdictText({verdict, failOn}, report.command)}`,
    sides.map(({name, summary}) => `- ${code(name)}${summary === '' ? '' : ` ${prose(summary)}`}`).join('\n'),
    summaryOf(report.findings),
    ...groups.flatMap(({area, entries}) => [`### ${area}`, tableOf(entries, rendering), detailsOf(entries)]),
    ...(allowed.length === 0 ? [] : ['### allowed', allowedTable(allowed)]),
    ...(report.uncompared.length === 0
      ? []
      : [
          '### not compared',
          report.uncompared.map(({area, reason}) => `- ${code(area)}: ${prose(reason)}`).join('\n'),
        ]),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

const summaryOf = (findings: readonly Finding[]): string => {
  const counts = countsOf(findings)
  const words = Object.entries(counts).flatMap(([name, count]) =>
    count === 0 ? [] : [`${count} ${nouns(name, count)}`],
  )
  return words.join(', ')
}

const nouns = (name: string, count: number): string => {
  if (name === 'brought') return 'brought by others'
  return name === 'allowed' || count === 1 ? name : `${name}s`
}

const tableOf = (entries: readonly Entry[], {rules, report}: Rendering): string => {
  const rows = entries.slice(0, shownOfArea).map((entry) => {
    const {severity, rule, subject, message, next} = entry.finding
    const more = broughtText(entry, rules)
    const what = [prose(message), more ?? ''].filter((text) => text !== '').join('; ')
    return `| ${severity} | ${code(rule)} | ${code(subject)} | ${what} | ${next === undefined ? '' : prose(next)} |`
  })
  const rest = entries.length - rows.length
  return [
    '| | rule | subject | what | to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(rest > 0 ? ['', `and ${rest} more: ${code(`imm ${report.command} --json`)} lists all`] : []),
  ].join('\n')
}

const detailsOf = (entries: readonly Entry[]): string =>
  entries
    .slice(0, shownOfArea)
    .flatMap(({finding: {rule, subject, details = []}}) => {
      if (details.length === 0) return []
      const rest = details.length - shownDetails
      return [
        [
          `${code(rule)} ${code(subject)}:`,
          '',
          ...details.slice(0, shownDetails).map((detail) => `- ${code(detail)}`),
          ...(rest > 0 ? [`- and ${rest} more`] : []),
        ].join('\n'),
      ]
    })
    .join('\n\n')

const allowedTable = (allowed: readonly Entry[]): string =>
  [
    '| rule | subject | reason | until |',
    '| --- | --- | --- | --- |',
    ...allowed
      .slice(0, shownOfArea)
      .map(
        ({finding: {rule, subject, exception}}) =>
          `| ${code(rule)} | ${code(subject)} | ${prose(exception?.reason ?? '')} | ${exception?.until ?? ''} |`,
      ),
  ].join('\n')
