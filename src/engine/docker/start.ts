import {ImmError, isImmError} from '../../errors.ts'
import type {Instance, InstanceSpec} from '../../lifecycle/ports.ts'
import {connectOthers} from './attachment.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {containerOptions} from './container-options.ts'
import {createContainer} from './create-container.ts'
import {inspect} from './inspect.ts'
import {instance, toInstance} from './instances.ts'
import {remove} from './remove.ts'
import {removeSandbox} from './sandbox/joined.ts'
import {engineWords, takenPort} from './translate-errors.ts'
import {provideVolumes} from './volumes.ts'

/** Creates and starts a container; whatever goes wrong on the way, it is removed again, and with it the sandbox that it was to join. */
export const start = async (client: Client, spec: InstanceSpec, signal: AbortSignal): Promise<Instance> => {
  const {sandbox} = spec
  if (sandbox === undefined) return startOnce(client, spec, signal)
  try {
    return await startOnce(client, spec, signal)
  } catch (error) {
    // Asked before it is removed: a sandbox that is gone is no mistake of the application.
    const gone = isImmError(error, 'CRASHED') && (await instance(client, sandbox, never).catch(() => undefined))
    await removeSandbox(client, sandbox, never).catch(() => {})
    if (gone === false || gone?.state === 'running') throw error
    throw new ImmError('ENGINE_REFUSED', `the sandbox that container ${spec.name} was to join is gone`, {cause: error})
  }
}

const startOnce = async (client: Client, spec: InstanceSpec, signal: AbortSignal): Promise<Instance> => {
  await provideVolumes(client, spec.volumes, signal)
  const id = await create(client, spec, signal)
  try {
    if (spec.sandbox === undefined) await connectOthers(client, id, spec.attachment)
    signal.throwIfAborted()
    // Not cut off either: the engine goes on all the same, and refuses to remove a container that is just starting.
    await call(`starting container ${spec.name}`, never, () => client.docker.getContainer(id).start())
    signal.throwIfAborted()
    const info = await inspect(client, id, signal)
    if (!info) throw new ImmError('CRASHED', `container ${spec.name} was removed by somebody else while it started`)
    return await toInstance(client, info, signal)
  } catch (error) {
    const cause: unknown = signal.aborted ? signal.reason : startError(error)
    await discard(client, id)
    throw cause
  }
}

/** A dead leftover under the same name gives way. */
const create = async (client: Client, spec: InstanceSpec, signal: AbortSignal): Promise<string> => {
  try {
    return await createOnce(client, spec)
  } catch (error) {
    if (!(await removeLeftover(client, spec, signal))) throw error
    return createOnce(client, spec)
  }
}

const createOnce = async (client: Client, spec: InstanceSpec): Promise<string> =>
  createContainer(client, spec, (init) => containerOptions(spec, client, init))

const never = new AbortController().signal

const removeLeftover = async (client: Client, spec: InstanceSpec, signal: AbortSignal): Promise<boolean> => {
  const holder = await instance(client, spec.name, signal)
  if (!holder || holder.state === 'running' || holder.state === 'paused') return false
  const own = ['imm.project', 'imm.environment', 'imm.app'].every(
    (key) => holder.labels[key] !== undefined && holder.labels[key] === spec.labels[key],
  )
  if (own) await discard(client, holder.id)
  return own
}

/** Best effort: what made it necessary matters more, and labels let a later imm find what stayed. */
const discard = async (client: Client, id: string): Promise<void> => {
  await remove(client, id, 0, never).catch(() => {})
}

/**
 * The engine created the container and could not start it: its command, user or directory is not in the image. Statuses don't tell that from
 * an engine's own trouble (500 for an unknown user), so its words are passed on.
 */
export const startError = (error: unknown): unknown => {
  if (!isImmError(error, 'ENGINE_REFUSED') || !(error.cause instanceof Error)) return error
  const words = engineWords(error.cause)
  const taken = takenPort(words)
  if (taken !== undefined)
    return new ImmError('PORT_IN_USE', `${taken} of this host is taken by another program or container`, {cause: error})
  return new ImmError('CRASHED', `the container can't be started: ${words}`, {
    next: 'Correct CMD, ENTRYPOINT, USER or WORKDIR in the Dockerfile, or `command:` and `user:` in imm.yaml; for anything else see `imm doctor`.',
    cause: error,
  })
}
