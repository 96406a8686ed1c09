/**
 * A client that asks at a steady rate, whatever becomes of its requests: an open loop, so that a slow answer delays no later request and none
 * is left out of the figures. Asks until its stdin ends, then says what came of it as JSON. Argument: RateOptions as JSON.
 */
import {text} from 'node:stream/consumers'

import {quantile} from '../statistics.ts'
import {openConnection} from './connection.ts'
import type {Connection} from './connection.ts'
import type {Rate, RateOptions} from './rate.ts'

const {port, host, paths, perSecond, newShare} = JSON.parse(process.argv[2] ?? '') as RateOptions
const giveUpMs = 30_000

const idle: Connection[] = []
const latenciesMs: number[] = []
const lateMs: number[] = []
const failures: string[] = []
const under = new Set<Promise<void>>()
let asked = 0

const ask = async (path: string, fresh: boolean): Promise<void> => {
  const startMs = performance.now()
  let connection: Connection | undefined
  let answered = false
  const timer = setTimeout(() => connection?.close(), giveUpMs)
  try {
    const kept = fresh ? undefined : usable()
    connection = kept ?? (await openConnection(port))
    const {status} = await connection.ask(host, path)
    answered = status === 200
    latenciesMs.push(performance.now() - startMs)
    if (!answered) failures.push(`${path}: ${status}`)
  } catch (error) {
    failures.push(`${path}: ${(error as Error).message}`)
  } finally {
    clearTimeout(timer)
    if (answered && !fresh && connection !== undefined) idle.push(connection)
    else connection?.close()
  }
}

/** The last one used first, as browsers and agents do; a few more than needed stay idle and are used again when it is busy. */
const usable = (): Connection | undefined => {
  for (;;) {
    const connection = idle.pop()
    if (connection === undefined || connection.usable) return connection
  }
}

const startMs = performance.now()
const tick = (): void => {
  const elapsedMs = performance.now() - startMs
  for (; asked < (elapsedMs * perSecond) / 1000; asked++) {
    lateMs.push(elapsedMs - (asked * 1000) / perSecond)
    const path = paths[asked % paths.length] ?? '/'
    // Every so-manieth, spread evenly.
    const fresh = Math.floor((asked + 1) * newShare) > Math.floor(asked * newShare)
    const asking = ask(path, fresh).finally(() => under.delete(asking))
    under.add(asking)
  }
}
const ticking = setInterval(tick, 1)
await text(process.stdin)
clearInterval(ticking)
await Promise.all(under)
for (const connection of idle) connection.close()
const rate: Rate = {
  requests: asked,
  failures,
  p50Ms: quantile(latenciesMs, 0.5),
  p99Ms: quantile(latenciesMs, 0.99),
  maxMs: quantile(latenciesMs, 1),
  lateP99Ms: quantile(lateMs, 0.99),
}
console.log(JSON.stringify(rate))
