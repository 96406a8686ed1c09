import {randomBytes} from 'node:crypto'

import {ImmError} from '../errors.ts'
import type {Engine, Instance, Interactive, LogLine, OnceResult} from '../lifecycle/ports.ts'
import {foundServices} from '../lifecycle/services/remove.ts'
import {connectProxy} from '../proxy/client.ts'
import type {Attachment} from '../release/container.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import type {Where} from './identify.ts'
import {findEnvironment} from './services.ts'
import {isOf} from './status.ts'

export interface RunOnceRequest {
  where: Where
  /** of a backing service or an app */
  name: string
  command: readonly string[]
  /** undefined: its output comes as lines */
  interactive: Interactive | undefined
  onLine: (line: LogLine) => void
}

/** Runs a command in a container of its own, like that of a backing service, or of the live release of an app. */
export const runOneOff = async (
  {where, name, command, interactive, onLine}: RunOnceRequest,
  signal: AbortSignal,
): Promise<OnceResult & {id: EnvironmentId}> => {
  const paths = statePaths()
  const [{engine}, id] = await Promise.all([openEngine(paths, signal), findEnvironment(where, paths, signal)])
  const model = (await serviceOf(name, id, engine, signal)) ?? (await appOf(name, id, engine, paths, signal))
  const [started, details] = await Promise.all([engine.startedWith(model.id, signal), engine.details(model.id, signal)])
  if (!started) throw new ImmError('NOTHING_LIVE', `the container of ${name} was removed just now`)
  const {restart: _restart, healthcheck: _healthcheck, stopGraceMs: _grace, ...options} = started.options ?? {}
  const attachment = attachmentLike(started.attachment, details?.networks ?? [])
  const spec = {
    name: `${model.name}_run_${randomBytes(3).toString('hex')}`,
    image: model.image,
    labels: {...environmentOf(id), 'imm.app': model.labels['imm.app'] ?? slug(name), 'imm.role': 'once'},
    env: started.env,
    command: command.length > 0 ? command : undefined,
    user: started.user,
    // They are there: whose they are says nothing new.
    volumes: started.volumes.map((volume) => ({...volume, labels: {}})),
    tmpfs: started.tmpfs,
    binds: started.binds,
    attachment,
    options,
    interactive,
    memoryBytes: started.memoryBytes,
    cpus: started.cpus,
    network: undefined,
  }
  return {...(await engine.runOnce(spec, onLine, signal)), id}
}

const environmentOf = ({project, environment}: EnvironmentId) => ({
  'imm.project': project,
  'imm.environment': environment,
})

/** In the same networks, but under none of its names and addresses: others must go on finding the one that serves. */
const attachmentLike = (attachment: Attachment | undefined, networks: readonly string[]): Attachment => {
  const own = networks.filter((name) => name !== 'default').map((name) => ({name, aliases: []}))
  const {hostname: _hostname, mode, ...rest} = attachment ?? bare
  return {...rest, networks: own, ...(mode === 'none' || mode === 'host' ? {mode} : {})}
}

const bare: Attachment = {networks: [], extraHosts: [], dns: [], dnsSearch: [], dnsOptions: []}

const serviceOf = async (
  name: string,
  id: EnvironmentId,
  engine: Engine,
  signal: AbortSignal,
): Promise<Instance | undefined> =>
  (await foundServices(id, engine, signal)).find(({identity}) => identity.service === name)?.instance

/** The live container of an app; where the proxy doesn't know, one that runs. */
const appOf = async (
  name: string,
  id: EnvironmentId,
  engine: Engine,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<Instance> => {
  const app = {...id, app: slug(name)}
  const [found, proxy] = await Promise.all([
    engine.instances({...environmentOf(id), 'imm.app': app.app, 'imm.role': 'app'}, signal),
    connectProxy({paths, signal}),
  ])
  const live = (await proxy?.status(signal))?.routes.find((one) => isOf(one, app))?.live
  const model = found.find((one) => one.id === live?.instance) ?? found.find(({state}) => state === 'running')
  if (model) return model
  throw new ImmError(
    'SERVICE_NOT_FOUND',
    `nothing of the name ${name} runs in environment ${id.environment} of ${id.project}`,
  )
}
