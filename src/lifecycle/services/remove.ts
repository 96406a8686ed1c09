import type {EnvironmentId} from '../../release/identity.ts'
import {serviceIdentity, servicesLabels, type ServiceIdentity} from '../../release/services.ts'
import {hasEnded} from '../exits.ts'
import type {Engine, Instance} from '../ports.ts'
import {startOrder} from './order.ts'

/** Containers of an environment's backing services, by labels: also those of an imm that is no more. */
export const foundServices = async (
  id: EnvironmentId,
  engine: Pick<Engine, 'instances'>,
  signal: AbortSignal,
): Promise<FoundService[]> =>
  (await engine.instances(servicesLabels(id), signal)).flatMap((instance) => {
    const identity = serviceIdentity(instance.labels)
    return identity ? [{instance, identity}] : []
  })

export interface FoundService {
  instance: Instance
  identity: ServiceIdentity
}

/** It ran to its end, once for its definition: its container says so to later imms. */
export const isMark = ({instance, identity}: FoundService): boolean =>
  identity.completes && hasEnded(instance) && instance.exitCode === 0

/**
 * Stops and removes services, each before what it depends on, with the time that it may take. Networks and volumes stay. One that can't be
 * removed keeps no other from it; what went wrong first is thrown at the end.
 */
export const removeServices = async (
  services: readonly FoundService[],
  engine: Pick<Engine, 'remove'>,
  onRemoved: (service: FoundService) => void,
  signal: AbortSignal,
): Promise<void> => {
  const failures: unknown[] = []
  for (const group of endOrder(services))
    await Promise.all(
      group.map(async (service) => {
        try {
          await engine.remove(service.instance.id, service.identity.stopGraceMs, signal)
          onRemoved(service)
        } catch (error) {
          failures.push(error)
        }
      }),
    )
  if (failures.length > 0) throw failures[0]
}

/** Each before what it depends on. */
export const endOrder = (services: readonly FoundService[]): FoundService[][] => {
  const nodes = services.map(({identity: {service: name, needs}}) => ({
    name,
    dependsOn: needs.map((on) => ({name: on, condition: 'started' as const, required: false, restart: false})),
  }))
  return orderOf(nodes)
    .toReversed()
    .map((group) => services.filter(({identity}) => group.includes(identity.service)))
}

/** Labels of different definitions may contradict each other: then all at once. */
const orderOf = (nodes: Parameters<typeof startOrder>[0]): readonly (readonly string[])[] => {
  try {
    return startOrder(nodes)
  } catch {
    return [nodes.map(({name}) => name)]
  }
}
