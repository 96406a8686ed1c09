import type {SetupContext} from '../../scripts/setup/context.ts'
import type {RunningProxy} from './contender.ts'
import {contenders} from './contenders.ts'
import {readyTools} from './machine.ts'
import {throughputTables} from './report.ts'
import {measureThroughput} from './throughput.ts'
import {startUpstream} from './upstream.ts'

export interface ProxyBenchOptions {
  /** of the built imm */
  root: string
  /** names; empty: all */
  only: readonly string[]
  /** one short round of each */
  quick: boolean
}

/** `npm run bench proxy`: imm's proxy beside those that people know, in front of the same upstream, each on the same one core. */
export const benchProxy = async (options: ProxyBenchOptions, context: SetupContext): Promise<string> => {
  const {root, only, quick} = options
  const {signal, say} = context
  const all = contenders(root)
  const unknown = only.filter((name) => !all.some((each) => sameName(each.name, name)))
  if (unknown.length > 0)
    throw new Error(`there is no ${unknown.join(', ')}: ${all.map(({name}) => name.toLowerCase()).join(', ')}`)
  const wanted = all.filter(({name}) => only.length === 0 || only.some((each) => sameName(name, each)))
  const {wrk, nginx, contenders: measured} = await readyTools(wanted, context)
  const [rounds, seconds] = quick ? [1, 2] : [5, 4]

  await using stack = new AsyncDisposableStack()
  const upstream = stack.use(await startUpstream(nginx, signal))
  const proxies: RunningProxy[] = []
  for (const each of measured) proxies.push(stack.use(await each.start(upstream, signal)))
  say(proxies.map(({name, version}) => `${name} ${version}`).join(', '))
  const throughput = await measureThroughput({wrk, upstream, proxies, rounds, seconds, signal, say})
  return [throughputTables(throughput, proxies)].join('\n\n')
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
