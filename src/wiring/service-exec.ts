import type {ExecRequest, Execution} from '../lifecycle/ports.ts'
import type {EnvironmentId} from '../release/identity.ts'
import type {Where} from './identify.ts'
import {clientOf} from './service-client.ts'
import {openService, type OpenService} from './services.ts'

export interface ServiceExecuting extends Execution {
  id: EnvironmentId
  service: string
}

/** Runs a command in a backing service's container. */
export const runInService = async (
  where: Where,
  service: string,
  request: ExecRequest,
  signal: AbortSignal,
): Promise<ServiceExecuting> => {
  const {engine, instance, id} = await openService(where, service, signal)
  return {...(await engine.exec(instance.id, request, signal)), id, service}
}

/** The command that opens a service's client, with what the user adds. */
export const clientCommand = async (
  where: Where,
  service: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{command: readonly string[]; opened: OpenService}> => {
  const opened = await openService(where, service, signal)
  const {engine, instance} = opened
  const [image, details] = await Promise.all([
    engine.image(instance.image, signal),
    engine.details(instance.id, signal),
  ])
  return {command: clientOf(image?.references ?? [], details?.env ?? {}, args).command, opened}
}
