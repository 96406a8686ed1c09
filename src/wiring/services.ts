import {ImmError} from '../errors.ts'
import type {ServicePort} from '../lifecycle/events.ts'
import type {Engine, Instance} from '../lifecycle/ports.ts'
import {portsOf} from '../lifecycle/services/host-ports.ts'
import {foundServices, type FoundService} from '../lifecycle/services/remove.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {serviceIdentity} from '../release/services.ts'
import {sessionStates} from '../session/ask.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {findApps} from './find-app.ts'
import type {Where} from './identify.ts'

/** `completed`: it has run to its end, as it should; `ended`: it has, and should not. */
export type ServiceCondition = 'starting' | 'running' | 'healthy' | 'unhealthy' | 'paused' | 'completed' | 'ended'

/** A backing service, as the engine has it. */
export interface ServiceStatus extends EnvironmentId {
  service: string
  state: ServiceCondition
  /** as it was asked for, where the engine still knows it by a name */
  image: string
  /** id */
  container: string
  ports: readonly ServicePort[]
  /** epoch ms */
  sinceMs: number | undefined
  exitCode: number | undefined
}

/** Backing services by their labels: no file that describes them is read. */
export const readServices = async (
  engine: Engine,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ServiceStatus[]> => {
  const found = await engine.instances({...labels, 'imm.role': 'service'}, signal)
  const services = await Promise.all(found.map(async (instance) => statusOf(instance, engine, signal)))
  const key = ({project, environment, service}: ServiceStatus) => `${project}/${environment}/${service}`
  return services.filter((one) => one !== undefined).toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Those of every environment, for `imm status`. */
export const readAllServices = async (signal: AbortSignal): Promise<ServiceStatus[]> => {
  const {engine} = await openEngine(statePaths(), signal)
  return readServices(engine, {}, signal)
}

const statusOf = async (
  instance: Instance,
  engine: Engine,
  signal: AbortSignal,
): Promise<ServiceStatus | undefined> => {
  const identity = serviceIdentity(instance.labels)
  if (!identity) return undefined
  const {project, environment, service} = identity
  const [image, details] = await Promise.all([
    engine.image(instance.image, signal),
    engine.details(instance.id, signal),
  ])
  return {
    project,
    environment,
    service,
    state: conditionOf(instance, identity.completes),
    image: image?.references[0] ?? instance.image,
    container: instance.id,
    ports: portsOf(details?.published ?? [], []),
    sinceMs: instance.startedMs,
    exitCode: instance.exitCode,
  }
}

const conditionOf = ({state, health, exitCode}: Instance, completes: boolean): ServiceCondition => {
  if (state === 'created') return 'starting'
  if (state === 'paused') return 'paused'
  if (state === 'running') return health === 'none' ? 'running' : health
  return completes && exitCode === 0 ? 'completed' : 'ended'
}

/** Which environment commands mean that are about no single app. */
export const findEnvironment = async (where: Where, paths: StatePaths, signal: AbortSignal): Promise<EnvironmentId> => {
  const environment = slug(where.environment)
  const sessions = await sessionStates(paths.runtime, signal)
  const [session] = sessions.filter((one) => one.directory === where.directory && one.environment === environment)
  // All apps of a directory are of one project.
  if (where.flags.project === undefined && session) return {project: session.project, environment}
  return (await findApps(where, paths, signal)).environment
}

export interface OpenService extends FoundService {
  id: EnvironmentId
  engine: Engine
}

/** A service's container. SERVICE_NOT_FOUND names those there are. */
export const openService = async (where: Where, name: string, signal: AbortSignal): Promise<OpenService> => {
  const paths = statePaths()
  const [{engine}, id] = await Promise.all([openEngine(paths, signal), findEnvironment(where, paths, signal)])
  const all = await foundServices(id, engine, signal)
  const found = all.find(({identity}) => identity.service === name)
  if (found) return {...found, id, engine}
  const names = all.map(({identity}) => identity.service).toSorted()
  throw new ImmError(
    'SERVICE_NOT_FOUND',
    `there is no backing service ${name} in environment ${id.environment} of ${id.project}`,
    {next: names.length === 0 ? undefined : `These are there: ${names.join(', ')}.`},
  )
}
