import {table} from '../table.ts'
import type {RunningProxy} from './contender.ts'
import type {DuringBuilds} from './during-builds.ts'
import type {Flips} from './flips.ts'
import {perSecond} from './latency.ts'
import type {Latency} from './latency.ts'
import {idleConnections} from './memory.ts'
import type {Memory} from './memory.ts'
import type {Measured, Throughput} from './throughput.ts'

/** What imm's proxy is to reach, as the tables say it. */
const targets = {ofCaddy: 1.5, ofNginx: 0.7, overNginxMs: 1, memoryMb: 100}

export const throughputTable = (results: readonly Throughput[], proxies: readonly RunningProxy[]): string => {
  const rows = results.flatMap(({case: {connections, body}, direct, by}) => {
    const rate = (name: string) => by.get(name)?.requestsPerSecond
    const row = (name: string, load: Measured) => [
      `${body}, ${connections} connections: ${name}`,
      Math.round(load.requestsPerSecond).toLocaleString('en'),
      ratio(load.requestsPerSecond, rate('nginx')),
      ratio(load.requestsPerSecond, rate('Caddy')),
      millis(load.p50Ms),
      millis(load.p99Ms),
      name === 'no proxy' ? '' : `${load.processorUs.toFixed(0)} µs`,
      String(load.failed),
    ]
    return [
      ...proxies.flatMap(({name}) => {
        const load = by.get(name)
        return load === undefined ? [] : [row(name, load)]
      }),
      row('no proxy', direct),
    ]
  })
  return [
    table(['as fast as it goes', 'requests/s', 'of nginx', 'of Caddy', 'p50', 'p99', 'CPU a request', 'failed'], rows),
    `Wanted of imm with 1 KB: at least ${targets.ofNginx} x nginx and ${targets.ofCaddy} x Caddy.${byProcessor(results)}`,
  ].join('\n\n')
}

/** By the processor's time for a request, which other programs on the machine disturb less than they do the clock. */
const byProcessor = (results: readonly Throughput[]): string =>
  results
    .filter(({case: {body}}) => body === '1 KB')
    .map(({case: {connections}, by}) => {
      const of = (name: string) => {
        const [imm, other] = [by.get('imm'), by.get(name)]
        return imm && other && `${ratio(other.processorUs, imm.processorUs)} ${name}`
      }
      const ratios = [of('nginx'), of('Caddy')].filter((text) => text !== undefined)
      return ratios.length === 0 ? '' : ` By CPU a request, ${connections} connections: ${ratios.join(', ')}.`
    })
    .join('')

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

const ratio = (value: number, of: number | undefined): string =>
  of === undefined ? '' : `${(value / of).toFixed(2)} x`

const millis = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`

const megabytes = (value: number | string): string => (typeof value === 'number' ? `${value.toFixed(1)} MB` : value)
