import {table} from '../table.ts'
import type {DuringBuilds} from './during-builds.ts'
import type {Flips} from './flips.ts'
import {perSecond} from './latency.ts'
import type {Latency} from './latency.ts'
import {idleConnections} from './memory.ts'
import type {Memory} from './memory.ts'

/** What imm's proxy is to reach, as the tables say it. */
const targets = {overNginxMs: 1, memoryMb: 100}

export const latencyTable = (results: readonly Latency[]): string => {
  const [direct] = results
  const rate = `${perSecond.toLocaleString('en')} requests/s`
  return [
    table(
      [rate, 'p50', 'p99', 'added to p50', 'added to p99', 'failed'],
      results.map((each) => [
        each.name,
        millis(each.p50Ms),
        millis(each.p99Ms),
        each === direct ? '' : millis(each.p50Ms - (direct?.p50Ms ?? 0)),
        each === direct ? '' : millis(each.p99Ms - (direct?.p99Ms ?? 0)),
        String(each.failed),
      ]),
    ),
    `Wanted of imm: p99 within ${targets.overNginxMs} ms of nginx's. The row without a proxy is the client's own noise, too.`,
  ].join('\n\n')
}

export const memoryTable = (results: readonly Memory[]): string =>
  [
    table(
      [
        'resident memory',
        'at the start',
        ...idleConnections.map((count) => `${count.toLocaleString('en')} idle connections`),
      ],
      results.map(({name, startMb, atMb}) => [name, megabytes(startMb), ...atMb.map(megabytes)]),
    ),
    `Wanted of imm: less than ${targets.memoryMb} MB with ${idleConnections[0]?.toLocaleString('en')}.`,
  ].join('\n\n')

export const flipsText = ({flips, rate, flipP50Ms, flipP99Ms}: Flips): string =>
  `${rate.failures.length} of ${rate.requests.toLocaleString('en')} requests failed in ${flips.toLocaleString('en')} flips; half of them came on new connections. A flip took ${millis(flipP50Ms)} (p99 ${millis(flipP99Ms)}) with its record on disk.`

export const duringBuildsTable = ({saves, live, atRest, saving}: DuringBuilds): string =>
  table(
    [`\`imm dev\` at ${perSecond.toLocaleString('en')} requests/s`, 'p50', 'p99', 'failed'],
    [
      ['at rest', millis(atRest.p50Ms), millis(atRest.p99Ms), `${atRest.failures.length} of ${atRest.requests}`],
      [
        `${saves} saves, one every 2 s; ${live} went live`,
        millis(saving.p50Ms),
        millis(saving.p99Ms),
        `${saving.failures.length} of ${saving.requests}`,
      ],
    ],
  )

const millis = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`

const megabytes = (value: number | string): string => (typeof value === 'number' ? `${value.toFixed(1)} MB` : value)
