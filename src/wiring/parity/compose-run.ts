import type {Service} from '../../compose/keys/service.ts'
import type {Model} from '../../compose/model.ts'
import type {ConfigSide, MountSide, RunSide} from '../../parity/facts.ts'
import {defined, plainRun, tidy, withOptions} from '../../parity/sides/run.ts'
import {byName, concealed} from '../../parity/sides/variable.ts'
import {composeSettings} from './compose-settings.ts'
import {placeOf} from './place-of.ts'

/** How Compose runs a service: what the file says, not what imm makes of it, because staging may run it without imm. */
export const composeRun = (source: string, name: string, model: Model): RunSide => {
  const service = model.services[name]
  if (service === undefined) return plainRun(source)
  const {deploy} = service
  const limits = deploy?.resources?.limits
  return tidy({
    ...plainRun(source),
    image: service.image,
    config: configOf(service),
    env: byName(
      Object.entries(service.environment ?? {}).flatMap(([key, value]) =>
        typeof value === 'string' ? concealed(key, value) : [],
      ),
    ),
    memoryBytes: service.mem_limit ?? limits?.memory,
    cpus: service.cpus ?? limits?.cpus ?? quotaOf(service),
    pidsLimit: service.pids_limit ?? limits?.pids,
    capAdd: service.cap_add ?? [],
    capDrop: service.cap_drop ?? [],
    privileged: service.privileged ?? false,
    noNewPrivileges: service.security_opt?.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option)),
    readOnlyRoot: service.read_only,
    tmpfs: tmpfsOf(service),
    mounts: mountsOf(service),
    networks: networksOf(service, model),
    networkMode: modeOf(service),
    publishes: (service.ports ?? []).map(({target, protocol}) => `${target}/${protocol}`),
    restart: restartOf(service),
    replicas: deploy?.mode === 'global' ? undefined : (service.scale ?? deploy?.replicas),
    stopGraceMs: service.stop_grace_period,
    init: service.init,
    others: composeSettings(name, model),
  })
}

const configOf = (service: Service): RunSide['config'] => {
  const {healthcheck: check} = service
  return {
    user: service.user,
    workdir: service.working_dir,
    entrypoint: service.entrypoint ?? undefined,
    // With an entrypoint of its own it gets nothing of the image's command.
    command: service.command ?? (service.entrypoint ? [] : undefined),
    stopSignal: service.stop_signal,
    healthcheck:
      check &&
      defined({
        test: check.disable ? ['NONE'] : (check.test ?? []),
        intervalMs: check.interval,
        timeoutMs: check.timeout,
        startPeriodMs: check.start_period,
        startIntervalMs: check.start_interval,
        retries: check.retries,
      }),
  } as Partial<ConfigSide>
}

const quotaOf = ({cpu_quota: quota, cpu_period: period}: Service): number | undefined =>
  quota !== undefined && quota > 0 ? quota / (period ?? 100_000) : undefined

const tmpfsOf = ({tmpfs = [], volumes = []}: Service): string[] => [
  ...tmpfs,
  ...volumes
    .filter(({type}) => type === 'tmpfs')
    .map(({target, read_only: readOnly, tmpfs: {size, mode} = {}}) =>
      withOptions(
        target,
        [
          ...(readOnly ? ['ro'] : []),
          ...(size === undefined ? [] : [`size=${size}`]),
          ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
        ].join(','),
      ),
    ),
]

const mountsOf = ({volumes = [], secrets = [], configs = []}: Service): MountSide[] => [
  ...volumes
    .filter(({type}) => type !== 'tmpfs')
    .map(({type, target, read_only: readOnly = false}): MountSide => ({
      path: target,
      kind: type === 'bind' ? 'bind' : 'volume',
      readOnly,
    })),
  ...secrets.map((mount) => fileAt('secret', '/run/secrets', mount)),
  ...configs.map((mount) => fileAt('config', '/', mount)),
]

interface File {
  source?: string | undefined
  target?: string | undefined
}

const fileAt = (kind: MountSide['kind'], directory: string, file: File): MountSide => ({
  path: placeOf(directory, file),
  kind,
  readOnly: true,
})

const networksOf = ({networks}: Service, {name: project, networks: all}: Model): string[] =>
  Object.keys(networks ?? {}).map((key) => {
    const name = all[key]?.name ?? key
    return name.startsWith(`${project}_`) ? name.slice(project.length + 1) : name
  })

const modeOf = ({network_mode: mode}: Service): string | undefined =>
  mode !== undefined && /^(?:service|container):/.test(mode) ? 'container' : mode

const restartOf = ({restart, deploy}: Service): string | undefined => {
  const {condition, max_attempts: most} = deploy?.restart_policy ?? {}
  if (restart !== undefined) return restart
  if (condition === undefined) return undefined
  if (condition === 'on-failure' && most !== undefined) return `${condition}:${most}`
  return condition === 'none' ? 'no' : condition === 'any' ? 'always' : condition
}
