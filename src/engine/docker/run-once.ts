import {ImmError} from '../../errors.ts'
import type {LogLine, OnceResult, OnceSpec} from '../../lifecycle/ports.ts'
import {attach} from './attach.ts'
import {connectOthers} from './attachment.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {onceOptions} from './container-options.ts'
import {createContainer} from './create-container.ts'
import {inspect} from './inspect.ts'
import {logs} from './logs.ts'
import {remove} from './remove.ts'
import {startError} from './start.ts'
import {provideVolumes} from './volumes.ts'

const never = new AbortController().signal

/** Runs a command in a container of its own to its end. Whatever happens, the container is removed. */
export const runOnce = async (
  client: Client,
  spec: OnceSpec,
  onLine: (line: LogLine) => void,
  signal: AbortSignal,
): Promise<OnceResult> => {
  signal.throwIfAborted()
  await provideVolumes(client, spec.volumes, signal)
  const id = await createContainer(client, spec, (init) => onceOptions(spec, client, init))
  await using undo = new AsyncDisposableStack()
  // Best effort: what made it necessary matters more, and labels let a later imm find what stayed.
  undo.defer(() => remove(client, id, 0, never).catch(() => {}))
  if (spec.network === undefined) await connectOthers(client, id, spec.attachment)
  const container = client.docker.getContainer(id)
  signal.throwIfAborted()
  // Before it starts: what it prints first is part of it, and it may ask at once.
  const attached = spec.interactive && (await attach(client, id, spec.interactive, signal))
  if (attached) undo.use(attached)
  // Not cut off either: the engine refuses to remove a container that is just starting.
  await call(`starting container ${spec.name}`, never, () => container.start()).catch((error: unknown) => {
    throw startError(error)
  })
  if (attached) await attached.ended()
  else for await (const line of logs(client, id, {follow: true}, signal)) onLine(line)
  const end = await call(
    `waiting for container ${spec.name}`,
    signal,
    (abortSignal) => container.wait({abortSignal}) as Promise<{StatusCode: number}>,
    Infinity,
  )
  const info = await inspect(client, id, signal)
  if (!info) throw new ImmError('CRASHED', `container ${spec.name} was removed by somebody else while it ran`)
  return {exitCode: end.StatusCode, outOfMemory: info.State.OOMKilled}
}
