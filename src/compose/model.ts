import {refuseCycles} from './cycles.ts'
import {readEnvFile, readRawEnvFile, type Variables} from './environment.ts'
import type {Lookup} from './interpolate.ts'
import type {Service} from './keys/service.ts'
import type {Composed} from './keys/top.ts'
import type {Invalid} from './profiles.ts'
import {projectSlug} from './project-name.ts'

/** A whole application: nothing is implied any more. */
export interface Model extends Omit<Composed, 'include' | 'name' | 'version'> {
  name: string
  services: Record<string, Service>
  networks: NonNullable<Composed['networks']>
  volumes: NonNullable<Composed['volumes']>
}

interface Surroundings {
  /** the directory of the first file */
  base: string
  /** set outside, above what the files say */
  name: string | undefined
  lookup: Lookup
  invalid: Invalid
}

/** Puts in what the specification implies: names, the default network, variables of env files, dependencies by other keys. */
export const complete = async (
  composed: Composed,
  {base, name: named, lookup, invalid}: Surroundings,
): Promise<Model> => {
  const name = named ?? composed.name ?? projectSlug(base)
  if (Object.keys(composed.services ?? {}).length === 0) throw invalid(['services'], 'there is none that runs')
  const services: Record<string, Service> = {}
  for (const [key, service] of Object.entries(composed.services ?? {}))
    services[key] = await completeService(service, base, lookup)
  for (const [key, service] of Object.entries(services)) check(key, service, services, composed, invalid)
  refuseCycles(services, invalid)
  const networks = {...composed.networks}
  if (!networks['default'] && Object.values(services).some(({networks: own}) => own && 'default' in own))
    networks['default'] = {}
  const {include: _include, name: _name, version: _version, ...others} = composed
  return {
    ...others,
    name,
    services,
    networks: withNames(networks, name),
    volumes: withNames(composed.volumes ?? {}, name),
    ...(composed.secrets ? {secrets: withNames(composed.secrets, name)} : {}),
    ...(composed.configs ? {configs: withNames(composed.configs, name)} : {}),
  }
}

const withNames = <T extends {name?: string | undefined; external?: boolean}>(
  resources: Record<string, T>,
  project: string,
): Record<string, T> =>
  Object.fromEntries(
    Object.entries(resources).map(([key, one]) => [
      key,
      {...one, name: one.name ?? (one.external ? key : `${project}_${key}`)},
    ]),
  )

const completeService = async (service: Service, base: string, lookup: Lookup): Promise<Service> => {
  const completed = {...service}
  if (!service.network_mode && !service.networks) completed.networks = {default: null}
  if (service.build) completed.build = completeBuild(service.build, base, lookup)
  const environment: Record<string, string | null> = {}
  const outside: Variables = new Proxy({}, {get: (_target, name) => lookup(String(name))})
  for (const {path: file, required, ...how} of service.env_file ?? []) {
    const isRaw = 'format' in how && how.format === 'raw'
    Object.assign(environment, await (isRaw ? readRawEnvFile(file, required) : readEnvFile(file, outside, required)))
  }
  for (const [key, value] of Object.entries(service.environment ?? {})) environment[key] = value ?? lookup(key) ?? null
  if (Object.keys(environment).length > 0) completed.environment = environment
  const labels: Record<string, string> = {}
  for (const file of service.label_file ?? []) Object.assign(labels, await readEnvFile(file, {}, true))
  if (service.label_file) completed.labels = {...labels, ...service.labels}
  const implied = impliedDependencies(service)
  if (implied.length > 0)
    completed.depends_on = {
      ...Object.fromEntries(
        implied.map((other) => [other, {condition: 'service_started', required: true, restart: true} as const]),
      ),
      ...service.depends_on,
    }
  return completed
}

const completeBuild = (
  build: NonNullable<Service['build']>,
  base: string,
  lookup: Lookup,
): NonNullable<Service['build']> => {
  const inline = 'dockerfile_inline' in build && build.dockerfile_inline !== undefined
  const completed = {context: base, ...(inline ? {} : {dockerfile: 'Dockerfile'}), ...build}
  if (!('args' in build) || build.args === undefined) return completed
  // One without a value that is not set outside is left to the Dockerfile's own default.
  const args = Object.entries(build.args).map(([key, value]) => [key, value ?? lookup(key)] as const)
  return {
    ...completed,
    args: Object.fromEntries(args.filter(([, value]) => value !== undefined)) as Record<string, string>,
  }
}

/** Services whose network, processes or volumes it shares start before it. */
const impliedDependencies = ({
  network_mode: network,
  ipc,
  pid,
  links = [],
  volumes_from: volumes = [],
}: Service): string[] => {
  const shared = [network, ipc, pid].flatMap((mode) =>
    mode?.startsWith('service:') ? [mode.slice('service:'.length)] : [],
  )
  const linked = links.map((link) => link.split(':', 1)[0] ?? '')
  const from = volumes.filter((one) => !one.startsWith('container:')).map((one) => one.split(':', 1)[0] ?? '')
  return [...new Set([...shared, ...linked, ...from])]
}

const check = (
  name: string,
  service: Service,
  services: Record<string, Service>,
  {networks = {}, volumes = {}, secrets = {}, configs = {}}: Composed,
  invalid: Invalid,
): void => {
  const fail = (key: string, message: string): never => {
    throw invalid(['services', name, key], message)
  }
  if (!service.image && !service.build && service.provider === undefined)
    fail('image', 'a service has an image or a build')
  const {limits} = service.deploy?.resources ?? {}
  const twice = [
    ['cpus', service.cpus, 'cpus', limits?.cpus],
    ['mem_limit', service.mem_limit, 'memory', limits?.memory],
    ['pids_limit', service.pids_limit, 'pids', limits?.pids],
  ] as const
  for (const [key, one, also, other] of twice)
    if (one !== undefined && other !== undefined && one !== other)
      fail(key, `deploy.resources.limits.${also} says otherwise`)
  if (service.network_mode && service.networks) fail('network_mode', 'excludes networks')
  for (const other of Object.keys(service.depends_on ?? {}))
    if (!services[other]) fail('depends_on', `there is no service "${other}"`)
  for (const network of Object.keys(service.networks ?? {}))
    if (network !== 'default' && !networks[network]) fail('networks', `there is no network "${network}"`)
  for (const {type, source} of service.volumes ?? [])
    if (type === 'volume' && source !== undefined && !volumes[source]) fail('volumes', `there is no volume "${source}"`)
  for (const {source} of service.secrets ?? [])
    if (source !== undefined && !secrets[source]) fail('secrets', `there is no secret "${source}"`)
  for (const {source} of service.configs ?? [])
    if (source !== undefined && !configs[source]) fail('configs', `there is no config "${source}"`)
}
