import {loadavg} from 'node:os'
import path from 'node:path'

import type {SetupContext} from '../../scripts/setup/context.ts'
import type {RunningProxy} from './contender.ts'
import {contenders} from './contenders.ts'
import {measureDuringBuilds} from './during-builds.ts'
import {measureFlips} from './flips.ts'
import {measureLatency} from './latency.ts'
import {readyTools} from './machine.ts'
import {measureMemory} from './memory.ts'
import {duringBuildsTable, flipsText, latencyTable, memoryTable} from './report.ts'
import {throughputTables} from './throughput-table.ts'
import {measureThroughput} from './throughput.ts'
import {startUpstream} from './upstream.ts'

export interface ProxyBenchOptions {
  /** of the built imm */
  root: string
  /** names; empty: all */
  only: readonly string[]
  /** of `measures`; empty: all */
  measures: readonly string[]
  /** one short round of each */
  quick: boolean
  /** sets an engine up, and resolves with the base image */
  baseImage: () => Promise<string>
}

const measures = ['throughput', 'latency', 'memory', 'flips', 'builds']

/** `npm run bench proxy`: imm's proxy beside those that people know, in front of the same upstream, each on the same one core. */
export const benchProxy = async (options: ProxyBenchOptions, context: SetupContext): Promise<string> => {
  const {root, only, quick} = options
  const {signal, say} = context
  const all = contenders(root)
  const names = chosen(
    'proxy',
    all.map(({name}) => name.toLowerCase()),
    only,
  )
  const wanted = all.filter(({name}) => names.includes(name.toLowerCase()))
  const parts = chosen('measure', measures, options.measures)
  const {wrk, nginx, contenders: measured} = await readyTools(wanted, context)

  await using stack = new AsyncDisposableStack()
  const upstream = stack.use(await startUpstream(nginx, signal))
  const tables: string[] = []
  if (parts.includes('throughput') || parts.includes('latency')) {
    await using running = new AsyncDisposableStack()
    const proxies: RunningProxy[] = []
    for (const each of measured) proxies.push(running.use(await each.start(upstream, signal)))
    const versions = proxies.map(({name, version}) => `${name} ${version}`).join(', ')
    say(versions)
    tables.push(`${versions}; each one process on one core, what asks and what answers on the other.${busyText()}`)
    const [rounds, seconds] = quick ? [1, 2] : [5, 4]
    const each = {wrk, upstream, proxies, rounds, seconds, signal, say}
    if (parts.includes('throughput'))
      tables.push(
        throughputTables(
          await measureThroughput(each),
          proxies.map(({name}) => name),
        ),
      )
    if (parts.includes('latency')) tables.push(latencyTable(await measureLatency(each)))
  }
  if (parts.includes('memory')) tables.push(memoryTable(await measureMemory(measured, upstream, signal, say)))
  if (names.includes('imm') && parts.includes('flips'))
    tables.push(flipsText(await measureFlips(root, quick ? 100 : 1000, signal, say)))
  if (names.includes('imm') && parts.includes('builds')) tables.push(await duringBuilds(options, context))
  return tables.join('\n\n')
}

const duringBuilds = async (options: ProxyBenchOptions, {signal, say}: SetupContext): Promise<string> => {
  try {
    const image = await options.baseImage()
    const imm = path.join(options.root, 'bin', 'run.js')
    return duringBuildsTable(await measureDuringBuilds(imm, image, options.quick ? 6 : 40, signal, say))
  } catch (error) {
    signal.throwIfAborted()
    // What was measured before it is worth having.
    return `During builds: not measured, ${(error as Error).message}`
  }
}

const busy = 0.5

const busyText = (): string => {
  const [load = 0] = loadavg()
  return load < busy
    ? ''
    : ` The machine was busy with other things as well (load ${load.toFixed(1)}), which disturbs the clock's figures.`
}

const chosen = (what: string, all: readonly string[], wanted: readonly string[]): readonly string[] => {
  const unknown = wanted.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`there is no ${what} ${unknown.join(', ')}: ${all.join(', ')}`)
  return wanted.length === 0 ? all : wanted
}
