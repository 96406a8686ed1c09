import {defaultJobTimeoutMs, defaultGuard} from './defaults.ts'
import type {SettingFlags} from './flags.ts'
import type {AppFileSettings} from './schema.ts'
import type {GuardSettings, HealthSettings, JobSettings, Settings, VolumeSettings} from './settings.ts'
import {mirrorOf, strategyOf} from './strategy.ts'
import type {Variables} from './variables.ts'
import {checksOf, shortened} from './verify.ts'

/** Settings with what a piece of imm.yaml says on top, and flags on top of that. */
export const settingsOver = (
  base: Settings,
  config: AppFileSettings,
  flags: SettingFlags,
  variables: Pick<Variables, 'values' | 'jobs'>,
): Settings => ({
  ...base,
  port: flags.port ?? config.port ?? base.port,
  protocol: config.protocol ?? base.protocol,
  routes: config.routes ?? base.routes,
  health: healthOver(base.health, config.health, flags),
  env: {...base.env, ...variables.values},
  command: flags.command ?? config.command ?? base.command,
  user: flags.user ?? config.user ?? base.user,
  volumes: volumesOver(base.volumes, config.volumes ?? []),
  tmpfs: [...new Set([...base.tmpfs, ...(config.tmpfs ?? [])])],
  resources: {
    memoryBytes: flags.memoryBytes ?? config.resources?.memory ?? base.resources.memoryBytes,
    cpus: flags.cpus ?? config.resources?.cpus ?? base.resources.cpus,
  },
  overlap: config.overlap ?? base.overlap,
  jobs: [...base.jobs, ...(config.jobs ?? []).map((job, index) => jobOf(job, variables.jobs[index] ?? {}))],
  verify: config.verify ? checksOf(config.verify) : base.verify,
  immutable: config.immutable ?? base.immutable,
  replicas: flags.replicas ?? config.replicas ?? base.replicas,
  strategy: config.strategy || flags.strategy ? strategyOf(config.strategy, flags.strategy) : base.strategy,
  mirror: config.mirror === undefined ? base.mirror : mirrorOf(config.mirror),
  watch: {
    paths: config.watch?.paths ?? base.watch.paths,
    ignore: config.watch?.ignore ?? base.watch.ignore,
    quietMs: flags.quietMs ?? config.watch?.quiet ?? base.watch.quietMs,
    poll: flags.poll ?? config.watch?.poll ?? base.watch.poll,
  },
  drainMs: flags.drainMs ?? config.drain?.time ?? base.drainMs,
  closes: closesOver(base.closes, config.drain),
  reload: flags.reload ?? config.reload ?? base.reload,
  guard: guardOver(base.guard, config.guard),
  keep: {
    warm: flags.keepWarm ?? config.keep?.warm ?? base.keep.warm,
    stopped: config.keep?.stopped ?? base.keep.stopped,
    images: flags.keepImages ?? config.keep?.images ?? base.keep.images,
    diskBytes: config.keep?.disk ?? base.keep.diskBytes,
  },
})

const healthOver = (
  base: HealthSettings,
  config: AppFileSettings['health'],
  {healthPath, healthTcp, healthTimeoutMs, healthIntervalMs}: SettingFlags,
): HealthSettings => {
  const timing = {
    timeoutMs: healthTimeoutMs ?? config?.timeout ?? base.timeoutMs,
    intervalMs: healthIntervalMs ?? config?.interval ?? base.intervalMs,
  }
  const {path} = base
  // A flag replaces the kind as a whole: --health-path on a project that says tcp means the path.
  if (healthPath !== undefined) return {kind: 'http', path: healthPath, ...timing}
  if (healthTcp || config?.tcp) return {kind: 'tcp', path, ...timing}
  if (config?.path !== undefined) return {kind: 'http', path: config.path, ...timing}
  if (config?.log !== undefined) return {kind: 'log', path, log: config.log, ...timing}
  if (config?.up !== undefined) return {kind: 'up', path, upMs: config.up, ...timing}
  return {...base, ...timing}
}

/** One at the same path takes the place of the one before. */
const volumesOver = (base: readonly VolumeSettings[], own: readonly VolumeSettings[]): readonly VolumeSettings[] => {
  const paths = new Set(own.map(({path}) => path))
  return [...base.filter(({path}) => !paths.has(path)), ...own]
}

const jobOf = (
  {
    name,
    command,
    entrypoint,
    user,
    workingDir,
    timeout = defaultJobTimeoutMs,
  }: NonNullable<AppFileSettings['jobs']>[number],
  env: Readonly<Record<string, string>>,
): JobSettings => ({
  name: name ?? shortened([...(entrypoint ?? []), ...(command ?? [])].join(' ')),
  command,
  ...(entrypoint === undefined ? {} : {entrypoint}),
  env,
  ...(user === undefined ? {} : {user}),
  ...(workingDir === undefined ? {} : {workingDir}),
  timeoutMs: timeout,
})

const closesOver = (base: Settings['closes'], config: AppFileSettings['drain']): Settings['closes'] =>
  (['websocket', 'events'] as const).filter((kind) =>
    config?.[kind] === undefined ? base.includes(kind) : config[kind] === 'close',
  )

const guardOver = (base: GuardSettings | undefined, config: AppFileSettings['guard']): GuardSettings | undefined => {
  if (config === undefined || config === false) return config === false ? undefined : base
  const before = base ?? defaultGuard
  return {
    windowMs: config.window ?? before.windowMs,
    errors: config.errors ?? before.errors,
    latency: config.latency ?? before.latency,
    minRequests: config.minRequests ?? before.minRequests,
  }
}
