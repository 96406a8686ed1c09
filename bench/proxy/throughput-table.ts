import {table} from '../table.ts'
import type {Measured, Throughput} from './throughput.ts'

/** What imm's proxy is to reach. */
const ofNginx = 0.7
const ofCaddy = 1.5

/** A table for each size of body, a row for each proxy. */
export const throughputTables = (results: readonly Throughput[], names: readonly string[]): string => {
  const failed = results.flatMap(({case: {connections, body}, by}) =>
    [...by]
      .filter(([, load]) => load.failed > 0)
      .map(
        ([name, load]) => `${name}: ${load.failed} of ${load.requests} failed, ${body}, ${connections} connections.`,
      ),
  )
  const bodies = [...new Set(results.map(({case: {body}}) => body))]
  return [
    ...bodies.map((body) =>
      tableOf(
        body,
        results.filter((each) => each.case.body === body),
        names,
      ),
    ),
    `p50 and p99 in ms. Wanted of imm with 1 KB: at least ${ofNginx} x nginx and ${ofCaddy} x Caddy.${byProcessor(results)}`,
    failed.length === 0 ? 'No request failed.' : failed.join(' '),
  ].join('\n\n')
}

const tableOf = (body: string, results: readonly Throughput[], names: readonly string[]): string =>
  table(
    [
      body,
      ...results.flatMap(({case: {connections}}) => [
        `${connections} connections: requests/s`,
        'of nginx',
        'of Caddy',
        'p50, p99',
        'CPU a request',
      ]),
    ],
    [
      ...names.map((name) => [name, ...results.flatMap((result) => cells(result, result.by.get(name), true))]),
      ['no proxy', ...results.flatMap((result) => cells(result, result.direct, false))],
    ],
  )

const cells = ({by}: Throughput, load: Measured | undefined, isProxy: boolean): string[] => {
  if (load === undefined) return ['', '', '', '', '']
  const of = (name: string) => ratio(load.requestsPerSecond, by.get(name)?.requestsPerSecond)
  return [
    Math.round(load.requestsPerSecond).toLocaleString('en'),
    of('nginx'),
    of('Caddy'),
    `${short(load.p50Ms)}, ${short(load.p99Ms)}`,
    isProxy ? `${load.processorUs.toFixed(0)} µs` : '',
  ]
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

const ratio = (value: number, of: number | undefined): string =>
  of === undefined ? '' : `${(value / of).toFixed(2)} x`

const short = (ms: number): string => ms.toFixed(ms < 10 ? 2 : 0)
