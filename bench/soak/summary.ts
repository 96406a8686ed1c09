import {table} from '../table.ts'
import type {JudgedFailure} from './journal.ts'
import type {Growth} from './memory.ts'
import type {Soak} from './soak.ts'

/** More than this at the end of the measured time than at its start, by the slope, is a leak; in a short run what runs for the first time adds some. */
const mostGrown = {heapMb: 4, residentMb: 15}
const mostGrownShort = {heapMb: 10, residentMb: 40}
const shortMs = 2 * 60_000

export interface SoakSummary {
  ok: boolean
  minutes: number
  kinds: readonly {kind: string; passed: number; expected: Readonly<Record<string, number>>; failed: number}[]
  happenings: Readonly<Record<string, number>>
  failures: readonly JudgedFailure[]
  /** in use after garbage collections, in the measured time */
  heap: Growth
  resident: Growth
  left: Readonly<Record<string, number>>
  /** what is wrong, in words */
  problems: readonly string[]
}

export const summarise = ({journal, heap, resident, left}: Soak): SoakSummary => {
  const failures = journal.failures()
  const kinds = new Set([...journal.passes().keys(), ...failures.map(({kind}) => kind)])
  const unexpected = failures.filter(({excuse}) => excuse === undefined)
  const most = heap.spanMs < shortMs ? mostGrownShort : mostGrown
  const problems = [
    ...unexpected.map(lineOf),
    ...(heap.grownMb > most.heapMb ? [`the heap grew by ${heap.grownMb.toFixed(1)} MB`] : []),
    ...(resident.grownMb > most.residentMb ? [`resident memory grew by ${resident.grownMb.toFixed(1)} MB`] : []),
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
    heap,
    resident,
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

export const summaryText = ({minutes, kinds, happenings, heap, resident, problems}: SoakSummary): string =>
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
    `Memory of the proxy: ${grownText('heap after garbage collections', heap)}; ${grownText('resident', resident)}.`,
    problems.length === 0 ? 'Nothing failed that should not, and nothing is left.' : problems.join('\n'),
  ].join('\n\n')

const grownText = (what: string, {startMb, endMb, mbPerHour, spanMs}: Growth): string =>
  `${what} ${startMb.toFixed(1)} MB, ${(spanMs / 60_000).toFixed(1)} min later ${endMb.toFixed(1)} MB (${mbPerHour.toFixed(1)} MB an hour)`

const figure = (count: number): string => count.toLocaleString('en')
