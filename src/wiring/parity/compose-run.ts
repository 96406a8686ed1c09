import path from 'node:path'

import type {Service} from '../../compose/keys/service.ts'
import type {Model} from '../../compose/model.ts'
import type {ConfigSide, MountSide, RunSide} from '../../parity/facts.ts'
import {defined, plainRun, tidy} from '../../parity/sides/run.ts'
import {byName, concealed} from '../../parity/sides/variable.ts'

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
        retries: check.retries,
      }),
  } as Partial<ConfigSide>
}

const quotaOf = ({cpu_quota: quota, cpu_period: period}: Service): number | undefined =>
  quota !== undefined && quota > 0 ? quota / (period ?? 100_000) : undefined

const tmpfsOf = ({tmpfs = [], volumes = []}: Service): string[] => [
  ...tmpfs.map((line) => line.split(':', 1)[0] ?? line),
  ...volumes.filter(({type}) => type === 'tmpfs').map(({target}) => target),
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

const fileAt = (
  kind: MountSide['kind'],
  directory: string,
  {source = '', target = source}: {source?: string | undefined; target?: string | undefined},
): MountSide => ({path: path.posix.resolve(directory, target), kind, readOnly: true})

const networksOf = ({networks}: Service, {name: project, networks: all}: Model): string[] =>
  Object.keys(networks ?? {}).map((key) => {
    const name = all[key]?.name ?? key
    return name.startsWith(`${project}_`) ? name.slice(project.length + 1) : name
  })

const modeOf = ({network_mode: mode}: Service): string | undefined =>
  mode !== undefined && /^(?:service|container):/.test(mode) ? 'container' : mode

const restartOf = ({restart, deploy}: Service): string | undefined => {
  const condition = deploy?.restart_policy?.condition
  if (restart !== undefined) return restart.split(':', 1)[0]
  if (condition === undefined) return undefined
  return condition === 'none' ? 'no' : condition === 'any' ? 'always' : condition
}
