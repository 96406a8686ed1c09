import {randomBytes} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../../errors.ts'
import {lastLines} from '../../lifecycle/crashed.ts'
import type {Address, Engine, Instance} from '../../lifecycle/ports.ts'
import {probe} from '../../proxy/probe.ts'

/** A container that is started to be asked some things, and removed. */
export interface ThrowAway {
  image: string
  labels: Readonly<Record<string, string>>
  port: number
  env?: Readonly<Record<string, string>> | undefined
  command?: readonly string[] | undefined
  user?: string | undefined
  tmpfs?: readonly string[] | undefined
  memoryBytes?: number | undefined
}

const never = new AbortController().signal

/** How long it may take to answer. */
const startMs = 60_000
const pauseMs = 50

/** Resolves once it answers, and is healthy where its image says how; CRASHED and UNHEALTHY with its last lines of output, and nothing left. */
export const launchThrowAway = async (
  {image, labels, port, env = {}, command, user, tmpfs = [], memoryBytes}: ThrowAway,
  engine: Engine,
  signal: AbortSignal,
  patienceMs = startMs,
): Promise<{address: Address} & AsyncDisposable> => {
  await using stack = new AsyncDisposableStack()
  const instance = await engine.start(
    {
      name: `imm-parity-${randomBytes(4).toString('hex')}`,
      image,
      labels,
      env,
      command,
      user,
      port,
      // Without volumes: what it does to its data must not reach anybody's.
      volumes: [],
      tmpfs,
      memoryBytes,
      cpus: undefined,
    },
    signal,
  )
  stack.defer(async () => engine.remove(instance.id, 0, never))
  const address = await untilReady(instance, engine, signal, patienceMs)
  const moved = stack.move()
  return {address, [Symbol.asyncDispose]: async () => moved.disposeAsync()}
}

const untilReady = async (
  {id, address}: Instance,
  engine: Engine,
  signal: AbortSignal,
  patienceMs: number,
): Promise<Address> => {
  const deadlineMs = performance.now() + patienceMs
  let said = 'it has no address'
  while (performance.now() < deadlineMs) {
    const now = await engine.instance(id, signal)
    if (now?.state !== 'running') {
      const output = await lastLines(id, {engine}, signal)
      throw new ImmError('CRASHED', `the container ended by itself with exit code ${now?.exitCode ?? 'unknown'}`, {
        output,
      })
    }
    const at = now.address ?? address
    if (at !== undefined) {
      const seen = await probe(at, '/', pauseMs * 20, signal)
      if (seen.outcome === 'http' && now.health !== 'starting' && now.health !== 'unhealthy') return at
      said = seen.outcome === 'http' ? `its HEALTHCHECK says ${now.health}` : `port ${at.port}: ${seen.outcome}`
    }
    await sleep(pauseMs, undefined, {signal})
  }
  throw new ImmError('UNHEALTHY', `the container gave no answer within ${patienceMs / 1000} s: ${said}`, {
    output: await lastLines(id, {engine}, signal),
  })
}
