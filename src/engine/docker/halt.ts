import type {Instance} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {inspect} from './inspect.ts'
import {instance, unpause} from './instances.ts'
import {end, tolerating} from './remove.ts'
import {sandboxLabel} from './sandbox/joined.ts'
import {startError} from './start.ts'

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
  if (info.State.Paused) await unpause(client, info.Id, signal)
  else if (!info.State.Running) {
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

// Not cut off: the engine goes on all the same. 304: it runs already.
const startAgain = async ({docker}: Client, id: string): Promise<void> =>
  tolerating([304], async () =>
    call<unknown>(`starting container ${id} again`, never, () => docker.getContainer(id).start()),
  )

const sandboxOf = (labels: Readonly<Record<string, string>> | null): string | undefined => labels?.[sandboxLabel]
