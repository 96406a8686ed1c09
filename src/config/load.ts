import path from 'node:path'

import {slug} from '../release/names.ts'
import {loadBuild} from './build.ts'
import {
  configFileNames,
  defaultApp,
  defaultContainer,
  defaultDrainMs,
  defaultGuard,
  defaultHealth,
  defaultImmutable,
  defaultProtocol,
  defaultKeep,
  defaultOverlap,
  defaultReload,
  defaultReplicas,
  defaultWatch,
} from './defaults.ts'
import {findConfigFile} from './find.ts'
import type {SettingFlags} from './flags.ts'
import {gatherProblems} from './problems.ts'
import {projectName} from './project-name.ts'
import type {ProjectName} from './project-name.ts'
import type {FileSettings} from './schema.ts'
import type {Environment, Scope} from './scope.ts'
import {loadSecrets} from './secrets.ts'
import type {GuardSettings, HealthSettings, Settings} from './settings.ts'
import {mirrorOf, strategyOf} from './strategy.ts'
import {loadVariables} from './variables.ts'
import {checksOf} from './verify.ts'

export interface LoadRequest {
  directory: string
  flags: SettingFlags
  signal: AbortSignal
  /** what variables without a value are taken from */
  environment?: Environment
}

export interface Loaded {
  settings: Settings
  /** absolute: every file whose change means other settings, the one that is not there yet included */
  files: string[]
  warnings: string[]
}

/** Settings of the project in a directory. CONFIG_INVALID carries every mistake of imm.yaml, or else of what it refers to. */
export const loadSettings = async ({
  directory: given,
  flags,
  signal,
  environment = process.env,
}: LoadRequest): Promise<Loaded> => {
  const directory = path.resolve(given)
  const file = await findConfigFile(directory, signal)
  const config: FileSettings = file?.settings ?? {}
  const problems = gatherProblems(file)
  const name = await nameOf(directory, flags.project ?? config.project, signal)
  const scope: Scope = {directory, config, flags, environment, problems, signal}
  const variables = await loadVariables(scope)
  const build = await loadBuild(scope)
  if (flags.healthPath?.startsWith('/') === false) problems.add({flag: '--health'}, 'expected a path such as /healthz')
  problems.check()

  return {
    settings: {
      project: name.slug,
      app: defaultApp,
      build,
      port: flags.port ?? config.port,
      protocol: config.protocol ?? defaultProtocol,
      routes: config.routes ?? [],
      health: healthOf(config.health, flags),
      env: variables.values,
      command: flags.command ?? config.command,
      user: flags.user ?? config.user,
      volumes: config.volumes ?? [],
      tmpfs: config.tmpfs ?? [],
      resources: {
        memoryBytes: flags.memoryBytes ?? config.resources?.memory,
        cpus: flags.cpus ?? config.resources?.cpus,
      },
      container: defaultContainer,
      overlap: defaultOverlap,
      jobs: [],
      files: loadSecrets(scope),
      verify: checksOf(config.verify ?? []),
      immutable: config.immutable ?? defaultImmutable,
      replicas: flags.replicas ?? config.replicas ?? defaultReplicas,
      strategy: strategyOf(config.strategy, flags.strategy),
      mirror: mirrorOf(config.mirror),
      watch: {
        paths: config.watch?.paths ?? defaultWatch.paths,
        ignore: config.watch?.ignore ?? defaultWatch.ignore,
        quietMs: flags.quietMs ?? config.watch?.quiet ?? defaultWatch.quietMs,
        poll: flags.poll ?? config.watch?.poll ?? defaultWatch.poll,
      },
      drainMs: flags.drainMs ?? config.drain?.time ?? defaultDrainMs,
      closes: closesOf(config.drain),
      reload: flags.reload ?? config.reload ?? defaultReload,
      guard: guardOf(config.guard),
      keep: {
        warm: flags.keepWarm ?? config.keep?.warm ?? defaultKeep.warm,
        stopped: config.keep?.stopped ?? defaultKeep.stopped,
        images: flags.keepImages ?? config.keep?.images ?? defaultKeep.images,
        diskBytes: config.keep?.disk ?? defaultKeep.diskBytes,
      },
    },
    files: [
      ...configFileNames.map((configName) => path.join(directory, configName)),
      ...(name.file === undefined ? [] : [name.file]),
      ...variables.files,
    ],
    warnings: [...name.warnings, ...variables.warnings],
  }
}

const nameOf = async (directory: string, set: string | undefined, signal: AbortSignal): Promise<ProjectName> =>
  set === undefined ? projectName(directory, signal) : {slug: slug(set), file: undefined, warnings: []}

const healthOf = (config: FileSettings['health'], flags: SettingFlags): HealthSettings => {
  const timing = {
    timeoutMs: flags.healthTimeoutMs ?? config?.timeout ?? defaultHealth.timeoutMs,
    intervalMs: flags.healthIntervalMs ?? config?.interval ?? defaultHealth.intervalMs,
  }
  const {path: defaultPath} = defaultHealth
  // A flag replaces the kind as a whole: --health-path on a project that says tcp means the path.
  if (flags.healthPath !== undefined) return {kind: 'http', path: flags.healthPath, ...timing}
  if (flags.healthTcp || config?.tcp) return {kind: 'tcp', path: defaultPath, ...timing}
  if (config?.path !== undefined) return {kind: 'http', path: config.path, ...timing}
  return {kind: defaultHealth.kind, path: defaultPath, ...timing}
}

const closesOf = (config: FileSettings['drain']): Settings['closes'] =>
  (['websocket', 'events'] as const).filter((kind) => config?.[kind] === 'close')

const guardOf = (config: FileSettings['guard']): GuardSettings | undefined => {
  if (config === false) return undefined
  return {
    windowMs: config?.window ?? defaultGuard.windowMs,
    errors: config?.errors ?? defaultGuard.errors,
    latency: config?.latency ?? defaultGuard.latency,
    minRequests: config?.minRequests ?? defaultGuard.minRequests,
  }
}
