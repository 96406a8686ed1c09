import {setTimeout as sleep} from 'node:timers/promises'

import {memoryMb} from '../dev/process.ts'
import {openConnection} from './connection.ts'
import type {Connection} from './connection.ts'
import type {Contender} from './contender.ts'
import {host} from './place.ts'
import {smallPath} from './upstream.ts'
import type {Upstream} from './upstream.ts'

export const idleConnections = [2000, 10_000]

export interface Memory {
  name: string
  /** before the first connection */
  startMb: number
  /** by idleConnections; a text where it would not take so many */
  atMb: readonly (number | string)[]
}

const atOnce = 100
const settleMs = 2000

/** Resident memory of a fresh proxy with many connections open, each after a request, none busy. */
export const measureMemory = async (
  contenders: readonly Contender[],
  upstream: Upstream,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Memory[]> => {
  say('memory')
  const memories: Memory[] = []
  for (const contender of contenders) {
    await using proxy = await contender.start(upstream, signal)
    const startMb = await memoryMb(proxy.pid)
    const atMb: (number | string)[] = []
    const connections: Connection[] = []
    try {
      for (const count of idleConnections) {
        await openUpTo(count, connections, proxy.port, signal)
        await sleep(settleMs, undefined, {signal})
        atMb.push(await memoryMb(proxy.pid))
      }
    } catch (error) {
      signal.throwIfAborted()
      say(`  ${proxy.name} took ${connections.length} connections: ${(error as Error).message}`)
      atMb.push(`refused after ${connections.length}`)
    } finally {
      for (const connection of connections) connection.close()
    }
    say(
      `  ${proxy.name.padEnd(8)} ${[startMb, ...atMb].map((at) => (typeof at === 'number' ? at.toFixed(1) : at)).join(', ')} MB`,
    )
    memories.push({name: proxy.name, startMb, atMb})
  }
  return memories
}

const openUpTo = async (count: number, connections: Connection[], port: number, signal: AbortSignal): Promise<void> => {
  while (connections.length < count) {
    signal.throwIfAborted()
    const opened = await Promise.all(Array.from({length: atOnce}, async () => openConnection(port)))
    connections.push(...opened)
    const answers = await Promise.all(opened.map(async (connection) => connection.ask(host, smallPath)))
    if (answers.some(({status}) => status !== 200)) throw new Error(`answered ${answers.at(-1)?.status}`)
  }
  const alive = connections.filter(({usable}) => usable).length
  if (alive < count) throw new Error(`closed ${count - alive} of ${count}`)
}
