import {setTimeout as sleep} from 'node:timers/promises'

import type {Instance} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {inspect} from './inspect.ts'
import {instance, unpause} from './instances.ts'
import {end, tolerating} from './remove.ts'
import {sandboxLabel} from './sandbox/joined.ts'
import {startError} from './start.ts'

// A pause that is somebody else's, meanwhile, is told after this.
const lateMs = 2000
const never = new AbortController().signal

/** Stops a container, and then the sandbox whose network is its own; both stay. */
export const halt = async (client: Client, id: string, graceMs: number, signal: AbortSignal): Promise<void> => {
  const info = await inspect(client, id, signal)
  if (!info) return
  const {Running, Paused} = info.State
  if (Running || Paused) await end(client, info.Id, {graceMs, paused: Paused}, signal)
  const sandbox = sandboxOf(info.Config.Labels)
  if (sandbox === undefined) return
  client.kept.addresses.delete(sandbox)
  await end(client, sandbox, {graceMs: 0, paused: false}, signal)
}

/** Starts what was halted again, its sandbox first, in whose network it is then as before. */
export const resume = async (client: Client, id: string, signal: AbortSignal): Promise<Instance | undefined> => {
  const info = await inspect(client, id, signal)
  if (!info) return undefined
  if (info.State.Paused) {
    await unpause(client, info.Id, signal)
    return afterPause(client, info.Id, signal)
  }
  if (!info.State.Running) {
    const sandbox = sandboxOf(info.Config.Labels)
    try {
      if (sandbox !== undefined) await startAgain(client, sandbox)
      signal.throwIfAborted()
      await startAgain(client, info.Id)
    } catch (error) {
      throw signal.aborted ? signal.reason : startError(error)
    }
  }
  return instance(client, info.Id, signal)
}

/**
 * Docker hears of pauses by events, which come late on a busy machine: what it is told of a pause can come after the end of it was answered,
 * and until it hears of that as well it calls a container paused that runs.
 */
const afterPause = async (client: Client, id: string, signal: AbortSignal): Promise<Instance | undefined> => {
  const deadlineMs = performance.now() + lateMs
  for (;;) {
    const found = await instance(client, id, signal)
    if (found?.state !== 'paused' || performance.now() > deadlineMs) return found
    await sleep(20, undefined, {signal})
  }
}

// Not cut off: the engine goes on all the same. 304: it runs already.
const startAgain = async ({docker}: Client, id: string): Promise<void> =>
  tolerating([304], async () =>
    call<unknown>(`starting container ${id} again`, never, () => docker.getContainer(id).start()),
  )

const sandboxOf = (labels: Readonly<Record<string, string>> | null): string | undefined => labels?.[sandboxLabel]
