import {processorSeconds} from '../dev/process.ts'
import {median} from '../statistics.ts'
import type {RunningProxy} from './contender.ts'
import {largePath, smallPath} from './upstream.ts'
import type {Upstream} from './upstream.ts'
import {runWrk} from './wrk.ts'
import type {Load} from './wrk.ts'

export interface Case {
  connections: number
  body: '1 KB' | '1 MB'
}

export interface Measured extends Load {
  /** of the proxy, for one request */
  processorUs: number
  /** share of its core that the proxy had: below 1 something else was the limit */
  busy: number
}

export interface Throughput {
  case: Case
  /** the upstream without a proxy */
  direct: Measured
  by: ReadonlyMap<string, Measured>
}

const cases: readonly Case[] = [
  {connections: 32, body: '1 KB'},
  {connections: 512, body: '1 KB'},
  {connections: 32, body: '1 MB'},
  {connections: 512, body: '1 MB'},
]

export interface ThroughputOptions {
  wrk: string
  upstream: Upstream
  proxies: readonly RunningProxy[]
  rounds: number
  seconds: number
  signal: AbortSignal
  say: (line: string) => void
}

/** Rounds by turns, so that a noisy minute hits all alike; the median of each figure. */
export const measureThroughput = async (options: ThroughputOptions): Promise<Throughput[]> => {
  const {wrk, upstream, proxies, rounds, seconds, signal, say} = options
  const results: Throughput[] = []
  const direct = {name: 'direct', port: upstream.port, pid: upstream.pid}
  const all = [direct, ...proxies]
  for (const each of cases) {
    const path = each.body === '1 KB' ? smallPath : largePath
    const {connections} = each
    say(`${each.connections} connections, ${each.body}`)
    for (const {port} of all) await runWrk(wrk, {port, path, connections, seconds: 1}, signal)
    const rows = new Map<string, Measured[]>(all.map(({name}) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const {name, port, pid} of all) {
        const before = await processorSeconds(pid)
        const load = await runWrk(wrk, {port, path, connections, seconds}, signal)
        const used = (await processorSeconds(pid)) - before
        rows.get(name)?.push({...load, processorUs: (used * 1e6) / load.requests, busy: used / seconds})
      }
    }
    const medians = new Map([...rows].map(([name, loads]) => [name, medianOf(loads)]))
    for (const [name, load] of medians) say(`  ${name.padEnd(8)} ${lineOf(load)}`)
    const {direct: alone, ...by} = Object.fromEntries(medians)
    if (alone !== undefined) results.push({case: each, direct: alone, by: new Map(Object.entries(by))})
  }
  return results
}

const lineOf = ({requestsPerSecond, p50Ms, p99Ms, processorUs, busy, failed}: Measured): string =>
  [
    `${Math.round(requestsPerSecond)}/s`,
    `p50 ${p50Ms.toFixed(2)} ms`,
    `p99 ${p99Ms.toFixed(2)} ms`,
    `${processorUs.toFixed(1)} us CPU a request`,
    `core ${Math.round(busy * 100)} %`,
    `${failed} failed`,
  ].join(', ')

const medianOf = (loads: readonly Measured[]): Measured => {
  const figure = (of: (load: Measured) => number) => median(loads.map(of))
  return {
    requestsPerSecond: figure((load) => load.requestsPerSecond),
    p50Ms: figure((load) => load.p50Ms),
    p99Ms: figure((load) => load.p99Ms),
    processorUs: figure((load) => load.processorUs),
    busy: figure((load) => load.busy),
    failed: loads.reduce((sum, load) => sum + load.failed, 0),
    requests: loads.reduce((sum, load) => sum + load.requests, 0),
  }
}
