import {setTimeout as sleep} from 'node:timers/promises'

import {proxyTraffic} from '../../src/proxy/traffic.ts'
import {deploy} from './deployment.ts'
import {disturb} from './disturb.ts'
import {createJournal} from './journal.ts'
import type {Journal} from './journal.ts'
import {growthOf, sampleMemory} from './memory.ts'
import type {Growth, Samples} from './memory.ts'
import {app, host, openHandles, startProxy} from './proxy.ts'
import type {SoakProxy} from './proxy.ts'
import {http2Sessions, speaksHttp2} from './traffic/http2.ts'
import {keptConnections, newConnections, slowClients, uploads} from './traffic/requests.ts'
import {eventStreams, webSockets} from './traffic/streams.ts'

export interface SoakOptions {
  minutes: number
  /** of the proxy: an empty directory */
  home: string
  signal: AbortSignal
  say: (line: string) => void
}

export interface Soak {
  journal: Journal
  /** of the process that was there for the last two thirds */
  heap: Growth
  resident: Growth
  /** handles by kind that were not there before the traffic, and processes but the one: how many more */
  left: ReadonlyMap<string, number>
}

const drainMs = 5000
/** of the time: with restarts of the proxy, then until its memory has settled; the rest is measured */
const restartShare = 1 / 3
const settleShare = 1 / 6
const leastEveryMs = 1000
const mostSamples = 60
const leftTimeoutMs = 20_000

/** Mixed traffic through the proxy's own process, while what is behind it and the process itself change all the time. */
export const soak = async ({minutes, home, signal, say}: SoakOptions): Promise<Soak> => {
  await using stack = new AsyncDisposableStack()
  const proxy = stack.use(await startProxy(home, signal))
  const {client, port} = proxy
  const traffic = proxyTraffic(client, {...app, hosts: [host], port: undefined})
  await traffic.open(signal)
  const journal = createJournal()
  const deployment = stack.use(await deploy({traffic, journal, drainMs}, signal))
  const before = await openHandles(await proxy.pid())

  const clients = new AbortController()
  stack.defer(() => clients.abort())
  const context = {port, host, journal, liveGeneration: () => deployment.liveGeneration(), signal: clients.signal}
  const http2 = await speaksHttp2(port)
  if (!http2) say('the proxy does not speak HTTP/2 here: left out')
  const kinds = [
    keptConnections,
    ...times(2, newConnections),
    ...times(2, uploads),
    ...times(3, slowClients),
    ...times(4, webSockets),
    ...times(4, eventStreams),
    ...(http2 ? [http2Sessions] : []),
  ]
  const asking = Promise.all(kinds.map(async (kind) => kind(context)))

  const disturbed = {deployment, proxy, journal, signal}
  const forMs = minutes * 60_000
  say('with restarts of the proxy')
  await disturb(disturbed, forMs * restartShare, true)
  say('with one proxy')
  await disturb(disturbed, forMs * settleShare, false)
  const measuredMs = forMs * (1 - restartShare - settleShare)
  const everyMs = Math.max(leastEveryMs, measuredMs / mostSamples)
  const {heap, resident} = await sampling(proxy, everyMs, async () => disturb(disturbed, measuredMs, false))

  say('ending')
  clients.abort()
  await asking
  await deployment.settle()
  return {
    journal,
    heap: growthOf(heap),
    resident: growthOf(resident),
    left: await whatIsLeft(proxy, before),
  }
}

const times = <T>(count: number, of: T): T[] => Array.from({length: count}, () => of)

const sampling = async (proxy: SoakProxy, everyMs: number, work: () => Promise<void>): Promise<Samples> => {
  using inspector = await proxy.inspect()
  const ended = new AbortController()
  const sampled = sampleMemory(await proxy.pid(), inspector, everyMs, ended.signal)
  try {
    await work()
  } finally {
    ended.abort()
  }
  return await sampled
}

/** Waits for connections to the applications to be given up, which are kept for a while, and for a proxy that has handed over to end. */
const whatIsLeft = async (
  proxy: SoakProxy,
  before: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> => {
  const deadlineMs = performance.now() + leftTimeoutMs
  for (;;) {
    const now = [...(await openHandles(await proxy.pid()))].map(
      ([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const,
    )
    const more = [...now, ['process', (await proxy.processes()).length - 1] as const].filter(([, count]) => count > 0)
    if (more.length === 0 || performance.now() > deadlineMs) return new Map(more)
    await sleep(250)
  }
}
