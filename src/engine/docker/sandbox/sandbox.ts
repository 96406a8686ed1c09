import type Docker from 'dockerode'

import {isImmError} from '../../../errors.ts'
import type {Instance, SandboxSpec} from '../../../lifecycle/ports.ts'
import {portLabel} from '../address.ts'
import {attachmentOptions, connectOthers} from '../attachment.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {instance} from '../instances.ts'
import {portOptions} from '../published.ts'
import {remove} from '../remove.ts'
import {statusOf} from '../translate-errors.ts'
import {makeSandboxImage, sandboxCommand, sandboxImage, sandboxRole} from './sandbox-image.ts'
import {waitingProgram} from './waiting-program.ts'

const never = new AbortController().signal

/** Starts a container that only holds a network and waits. Undefined where there is no program for the processor, or the engine refuses. */
export const sandbox = async (
  client: Client,
  spec: SandboxSpec,
  signal: AbortSignal,
): Promise<Instance | undefined> => {
  const program = waitingProgram(client.architecture)
  if (!program) return undefined
  await using undo = new AsyncDisposableStack()
  try {
    signal.throwIfAborted()
    const container = await create(client, spec, program)
    undo.defer(() => remove(client, container.id, 0, never).catch(() => {}))
    await connectOthers(client, container.id, spec.attachment)
    signal.throwIfAborted()
    // Not cut off either: an engine refuses to remove a container that is just starting.
    await call(`starting sandbox ${spec.name}`, never, () => container.start())
    const started = await instance(client, container.id, signal)
    if (started?.state !== 'running') return undefined
    signal.throwIfAborted()
    undo.move()
    return started
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (isImmError(error, 'ENGINE_REFUSED')) return undefined
    throw error
  }
}

/** Makes the image where it is missing; once more, because the last sandbox of another imm may take it away in between. */
const create = async (client: Client, spec: SandboxSpec, program: Buffer): Promise<Docker.Container> => {
  const post = () => call(`creating sandbox ${spec.name}`, never, () => createOnce(client, spec))
  for (let attempt = 0; attempt < 2; attempt++)
    try {
      return await post()
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      await makeSandboxImage(client, program)
    }
  return post()
}

const createOnce = async ({docker, facts}: Client, spec: SandboxSpec): Promise<Docker.Container> => {
  const attached = attachmentOptions(spec.attachment)
  const {ExposedPorts, HostConfig} = portOptions(spec, facts)
  return docker.createContainer({
    ...attached,
    name: spec.name,
    Image: sandboxImage,
    Entrypoint: [sandboxCommand],
    Labels: {...spec.labels, ...attached.Labels, 'imm.role': sandboxRole, [portLabel]: String(spec.port)},
    ExposedPorts,
    HostConfig: {
      ...attached.HostConfig,
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      RestartPolicy: {Name: 'no'},
      LogConfig: {Type: 'none', Config: {}},
      ...HostConfig,
    },
  })
}
