import type {ParityReport, Severity} from '../parity/report/finding.ts'
import type {Counts} from '../parity/report/verdict.ts'
import {counted} from './formats.ts'
import {safeText} from './safe-text.ts'
import {painter, type Paint, type Style} from './style.ts'
import {padded, width} from './width.ts'

/** What is to be shown, in order: src/parity/report/outline.ts makes it. */
export interface ShownParity {
  report: Pick<ParityReport, 'a' | 'b' | 'uncompared'> & {compared?: readonly string[]}
  groups: readonly {area: string; entries: readonly ShownEntry[]}[]
  allowed: readonly ShownEntry[]
  counts: Counts
  verdict: string
  /** `gaps`: nothing but that not all could be compared */
  bad: 'differences' | 'gaps' | undefined
  /** every finding with all its details, and what each brings */
  whole: boolean
}

export interface ShownEntry {
  finding: ParityReport['findings'][number]
  brought: readonly ParityReport['findings'][number][]
  more: string | undefined
}

const styles: Record<Severity, Style> = {error: 'red', warning: 'yellow', note: 'dim'}
const shownOfArea = 8
const shownDetails = 4

/** By areas, the worst first; what one brings is one line beneath it. The last line counts, and says what that comes to. */
export const parityText = (shown: ShownParity, stream: NodeJS.WritableStream): string => {
  const {report, groups, allowed, counts, verdict, bad} = shown
  const paint = painter(stream)
  const sides = [report.a, ...(report.b ? [report.b] : [])]
  const widest = Math.max(...sides.map(({name}) => width(plain(name))))
  const head = sides.map(({name, summary}, at) =>
    `${report.b ? `${'AB'[at]}  ` : ''}${padded(plain(name), widest)}  ${paint('dim', plain(summary))}`.trimEnd(),
  )
  const short = shortened(report)
  const areas = groups.flatMap(({area, entries}) => {
    const first = shown.whole ? entries : entries.slice(0, shownOfArea)
    const rest = entries.length - first.length
    return [
      '',
      paint('bold', area),
      ...first.flatMap((entry) => entryLines(entry, shown.whole, short, paint)),
      ...(rest > 0 ? [`  ${paint('dim', `and ${rest} more; --verbose shows all`)}`] : []),
    ]
  })
  const others = [
    ...(allowed.length > 0 ? [`${paint('dim', 'allowed:')} ${allowedText(allowed)}`] : []),
    ...uncomparedLines(report.uncompared, short).map((line) => `${paint('dim', 'not compared:')} ${line}`),
  ]
  const sum = sumOf(counts)
  const end = `${paint(bad ? 'red' : 'green', verdict)}${sum === '' ? '' : `: ${sum}`}`
  const how = bad === 'differences' ? allowance(groups) : bad === 'gaps' ? remainder(report) : undefined
  const last = how === undefined ? [] : [paint('dim', how)]
  return [...head, ...areas, ...(others.length > 0 ? ['', ...others] : []), '', end, ...last].join('\n')
}

/** Two sides that could not be read as a whole have parts that could. */
const remainder = ({b, compared = []}: ShownParity['report']): string | undefined =>
  b === undefined || compared.length === 0
    ? undefined
    : `enough? what could be compared alone: --only ${compared.join(',')}`

/** What imm.yaml has to say for the worst to be allowed. */
const allowance = (groups: ShownParity['groups']): string | undefined => {
  const all = groups.flatMap(({entries}) => entries.map(({finding}) => finding))
  // What the policy itself finds is none to allow.
  const found = (['error', 'warning', 'note'] as const)
    .map((wanted) => all.find(({severity, rule}) => severity === wanted && !rule.startsWith('policy.')))
    .find((finding) => finding !== undefined)
  if (found === undefined) return undefined
  const subject = /^[\w./@-]+$/.test(found.subject) ? found.subject : JSON.stringify(plain(found.subject))
  return `meant so? imm.yaml allows it: parity: {exceptions: [{rule: ${found.rule}, subject: ${subject}, reason: WHY, until: YYYY-MM-DD}]}`
}

/** In sentences the sides are A and B, as at the top: their names are most of a line. */
const shortened = ({a, b}: ShownParity['report']): ((text: string) => string) => {
  if (b === undefined || a.name === b.name) return (text) => text
  const names = [
    {name: a.name, letter: 'A'},
    {name: b.name, letter: 'B'},
  ].toSorted((one, other) => other.name.length - one.name.length)
  return (text) => names.reduce((shorter, {name, letter}) => shorter.replaceAll(name, letter), text)
}

/** Names are those of whoever made the image. */
const plain = (text: string): string => safeText(text, false).replaceAll(/\s*\n\s*/g, ' ')

const indent = ' '.repeat(11)

const entryLines = (
  {finding, brought, more}: ShownEntry,
  whole: boolean,
  short: (text: string) => string,
  paint: Paint,
): string[] => {
  const {rule, severity, message, next, place, details = []} = finding
  const at = place === undefined ? '' : `, ${plain(place.file)}${place.line === undefined ? '' : `:${place.line}`}`
  const first = whole ? details : details.slice(0, shownDetails)
  const rest = details.length - first.length
  return [
    `  ${paint(styles[severity], severity.padEnd(7))}  ${plain(short(message))}${at}  ${paint('dim', `[${rule}]`)}`,
    // A dash in front: a CI takes a line that begins with :: for a command of its own.
    ...first.map((each) => `${indent}- ${plain(short(each))}`),
    ...(rest > 0 ? [`${indent}- and ${rest} more`] : []),
    ...(more === undefined ? [] : [`${indent}${more}`]),
    ...(whole
      ? brought.map((each) => `${indent}  - ${plain(short(each.message))}  ${paint('dim', `[${each.rule}]`)}`)
      : []),
    ...(next === undefined ? [] : [`${indent}${paint('bold', 'do:')} ${plain(short(next))}`]),
  ]
}

/** What is not compared for one reason is one line. */
const uncomparedLines = (uncompared: ParityReport['uncompared'], short: (text: string) => string): string[] =>
  [...Map.groupBy(uncompared, ({reason}) => reason)].map(
    ([reason, parts]) => `${parts.map(({area}) => area).join(', ')}: ${plain(short(reason))}`,
  )

const allowedText = (allowed: readonly ShownEntry[]): string => {
  const byRule = Map.groupBy(allowed, ({finding}) => finding.rule)
  const rules = [...byRule].map(([rule, entries]) => (entries.length === 1 ? rule : `${rule} (${entries.length})`))
  const ends = allowed.flatMap(({finding}) => finding.exception?.until ?? []).toSorted()
  return `${rules.join(', ')}${ends[0] === undefined ? '' : `; the first exception ends with ${ends[0]}`}`
}

const sumOf = ({error, warning, note, allowed, brought}: Counts): string =>
  [
    ...(error > 0 ? [counted(error, 'error')] : []),
    ...(warning > 0 ? [counted(warning, 'warning')] : []),
    ...(note > 0 ? [counted(note, 'note')] : []),
    ...(brought > 0 ? [`${brought} brought by these`] : []),
    ...(allowed > 0 ? [`${allowed} allowed`] : []),
  ].join(', ')
