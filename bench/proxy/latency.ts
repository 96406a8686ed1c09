import {median} from '../statistics.ts'
import type {RunningProxy} from './contender.ts'
import {host, otherCore} from './place.ts'
import {rateFor} from './rate.ts'
import type {Rate} from './rate.ts'
import {smallPath} from './upstream.ts'
import type {Upstream} from './upstream.ts'

export interface Latency {
  name: string
  p50Ms: number
  p99Ms: number
  failed: number
}

export interface LatencyOptions {
  upstream: Upstream
  proxies: readonly RunningProxy[]
  rounds: number
  seconds: number
  signal: AbortSignal
  say: (line: string) => void
}

export const perSecond = 1000

/** At a rate that leaves all of them time: what each adds. The first result is without a proxy: the client's own noise, too. */
export const measureLatency = async (options: LatencyOptions): Promise<Latency[]> => {
  const {upstream, proxies, rounds, seconds, signal, say} = options
  say(`${perSecond} requests/s`)
  const all = [{name: 'no proxy', port: upstream.port}, ...proxies]
  const rates = new Map<string, Rate[]>(all.map(({name}) => [name, []]))
  for (let round = 0; round <= rounds; round++)
    for (const {name, port} of all) {
      const rate = await rateFor({port, host, paths: [smallPath], perSecond, newShare: 0}, otherCore, seconds, signal)
      // The first warms up.
      if (round > 0) rates.get(name)?.push(rate)
    }
  return [...rates].map(([name, of]) => {
    const figure = (each: (rate: Rate) => number) => median(of.map(each))
    const failed = of.reduce((sum, {failures}) => sum + failures.length, 0)
    const latency = {name, p50Ms: figure(({p50Ms}) => p50Ms), p99Ms: figure(({p99Ms}) => p99Ms), failed}
    const lateMs = figure(({lateP99Ms}) => lateP99Ms)
    say(
      `  ${name.padEnd(8)} p50 ${latency.p50Ms.toFixed(2)} ms, p99 ${latency.p99Ms.toFixed(2)} ms, ${failed} failed, the client ${lateMs.toFixed(1)} ms behind`,
    )
    return latency
  })
}
