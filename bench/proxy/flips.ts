import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

import {quantile} from '../statistics.ts'
import {startDaemon, targetAt} from './imm.ts'
import {host, otherCore} from './place.ts'
import {startRate} from './rate.ts'
import type {Rate} from './rate.ts'

export interface Flips {
  flips: number
  rate: Rate
  /** of the call that makes the flip, with the write to the disk */
  flipP50Ms: number
  flipP99Ms: number
}

const perSecond = 200
const everyMs = 20
const drainMs = 10_000

const application = fileURLToPath(new URL('application.ts', import.meta.url))

/** Flips between two applications under a steady load, half of it on kept connections, some of it slow enough to be under way at a flip. */
export const measureFlips = async (
  root: string,
  flips: number,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Flips> => {
  say(`${flips} flips at ${perSecond} requests/s`)
  await using stack = new AsyncDisposableStack()
  const daemon = stack.use(await startDaemon(root, signal))
  const ports = [await startApplication('one', stack), await startApplication('two', stack)]
  await daemon.traffic.flip(targetAt(ports[0] ?? 0, 1), signal)
  const rate = stack.use(
    startRate({port: daemon.port, host, paths: ['/', '/?ms=5', '/?ms=60'], perSecond, newShare: 0.5}, otherCore),
  )
  const tookMs: number[] = []
  const drains: Promise<void>[] = []
  for (let flip = 1; flip <= flips; flip++) {
    const startMs = performance.now()
    const {previous} = await daemon.traffic.flip(targetAt(ports[flip % 2] ?? 0, flip + 1), signal)
    tookMs.push(performance.now() - startMs)
    if (previous !== undefined) {
      const drained = daemon.traffic
        .drain(previous, drainMs, signal)
        .then(async () => daemon.traffic.forget(previous, signal))
      // Awaited at the end.
      drained.catch(() => undefined)
      drains.push(drained)
    }
    await sleep(everyMs, undefined, {signal})
  }
  await Promise.all(drains)
  const ended = await rate.end()
  say(`  ${ended.failures.length} of ${ended.requests} failed ${ended.failures.slice(0, 5).join('; ')}`)
  return {flips, rate: ended, flipP50Ms: quantile(tookMs, 0.5), flipP99Ms: quantile(tookMs, 0.99)}
}

const startApplication = async (name: string, stack: AsyncDisposableStack): Promise<number> => {
  const child = execa('taskset', ['-c', String(otherCore), process.execPath, application, name], {
    stdin: 'pipe',
    stderr: 'inherit',
    buffer: false,
    reject: false,
  })
  stack.defer(async () => {
    child.stdin.end()
    await child
  })
  const [line] = (await once(createInterface({input: child.stdout}), 'line')) as [string]
  return Number(line)
}
