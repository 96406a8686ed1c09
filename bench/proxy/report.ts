import {table} from '../table.ts'
import type {RunningProxy} from './contender.ts'
import type {Measured, Throughput} from './throughput.ts'

/** What imm's proxy is to reach, as the tables say it. */
const targets = {ofCaddy: 1.5, ofNginx: 0.7}

export const throughputTables = (results: readonly Throughput[], proxies: readonly RunningProxy[]): string => {
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
    `Wanted of imm with 1 KB: at least ${targets.ofNginx} x nginx and ${targets.ofCaddy} x Caddy.`,
  ].join('\n\n')
}

const ratio = (value: number, of: number | undefined): string =>
  of === undefined ? '' : `${(value / of).toFixed(2)} x`

const millis = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`
