import {table} from '../table.ts'
import type {JudgedFailure} from './journal.ts'
import type {Growth} from './memory.ts'
import type {Soak} from './soak.ts'

/** More than this at the end than at the start of the measured time, by the slope, is a leak. In a short run the garbage collector alone makes for some. */
const mostGrownMb = 15
const mostGrownShortMb = 40
const shortMs = 5 * 60_000

export interface SoakSummary {
  ok: boolean
  minutes: number
  kinds: readonly {kind: string; passed: number; expected: Readonly<Record<string, number>>; failed: number}[]
  happenings: Readonly<Record<string, number>>
  failures: readonly JudgedFailure[]
  memory: Growth
  left: Readonly<Record<string, number>>
  /** what is wrong, in words */
  problems: readonly string[]
}

export const summarise = ({journal, memory, left}: Soak): SoakSummary => {
  const failures = journal.failures()
  const kinds = new Set([...journal.passes().keys(), ...failures.map(({kind}) => kind)])
  const unexpected = failures.filter(({excuse}) => excuse === undefined)
  const most = memory.spanMs < shortMs ? mostGrownShortMb : mostGrownMb
  const problems = [
    ...unexpected.map(lineOf),
    ...(memory.grownMb > most ? [`memory grew by ${memory.grownMb.toFixed(1)} MB`] : []),
    ...[...left].map(([kind, count]) => `${count} more of ${kind} at the end than at the start`),
  ]
  return {
    ok: problems.length === 0,
    minutes: journal.now() / 60_000,
    kinds: [...kinds].toSorted().map((kind) => {
      const of = failures.filter((failure) => failure.kind === kind)
      return {
        kind,
        passed: journal.passes().get(kind) ?? 0,
        expected: countOf(of.map(({excuse}) => excuse).filter((excuse) => excuse !== undefined)),
        failed: of.filter(({excuse}) => excuse === undefined).length,
      }
    }),
    happenings: countOf(journal.happenings().map(({what}) => what)),
    failures: unexpected,
    memory,
    left: Object.fromEntries(left),
    problems,
  }
}

const lineOf = ({kind, reason, startMs, endMs, release, during}: JudgedFailure): string =>
  `${kind} from ${seconds(startMs)} to ${seconds(endMs)}${release === undefined ? '' : ` on ${release}`}: ${reason}; meanwhile: ${during.join(', ') || 'nothing'}`

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

const countOf = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** What a client has to expect, by what it comes from. */
const expectedAs = {
  retired: 'cut, its release had drained long enough',
  'application killed': 'lost with a killed application',
  'proxy killed': 'lost with a killed proxy',
  'proxy restarted': 'lost while the proxy was stopped',
}

export const summaryText = ({minutes, kinds, happenings, memory, problems}: SoakSummary): string =>
  [
    table(
      [`${minutes.toFixed(1)} min`, 'went well', ...Object.values(expectedAs), 'failed'],
      kinds.map(({kind, passed, expected, failed}) => [
        kind,
        ...[passed, ...Object.keys(expectedAs).map((what) => expected[what] ?? 0), failed].map(figure),
      ]),
    ),
    `${Object.entries(happenings)
      .map(([what, count]) => `${what}: ${figure(count)}`)
      .join(', ')}.`,
    `Memory of the proxy: ${memory.startMb.toFixed(1)} MB at first, ${memory.endMb.toFixed(1)} MB at last, ${memory.mbPerHour.toFixed(1)} MB an hour.`,
    problems.length === 0 ? 'Nothing failed that should not, and nothing is left.' : problems.join('\n'),
  ].join('\n\n')

const figure = (count: number): string => count.toLocaleString('en')
