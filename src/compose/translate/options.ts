import type {ContainerOptions, Healthcheck} from '../../release/container.ts'
import type {Service} from '../keys/service.ts'
import {compact, type Part, type Translation} from './context.ts'
import {limitsOf} from './limits.ts'
import {sharing} from './sharing.ts'

/** What the engine is told of a container as it is. */
export const optionsOf = (part: Part, translation: Translation): ContainerOptions => {
  const {service, role, name} = part
  const at = ['services', name]
  return {
    ...limitsOf(service),
    ...compact({
      annotations: filled(service.annotations),
      capAdd: filled(service.cap_add),
      capDrop: filled(service.cap_drop),
      cgroup: service.cgroup,
      cgroupParent: service.cgroup_parent,
      deviceCgroupRules: filled(service.device_cgroup_rules),
      devices: filled(service.devices),
      entrypoint: entrypointOf(service),
      groupAdd: filled(service.group_add),
      healthcheck: healthcheckOf(service.healthcheck),
      init: service.init,
      ipc: sharing(service.ipc, [...at, 'ipc'], translation),
      labels: filled(service.labels),
      logging: service.logging,
      oomKillDisable: service.oom_kill_disable,
      oomScoreAdj: service.oom_score_adj,
      pid: sharing(service.pid, [...at, 'pid'], translation),
      platform: role === 'app' ? undefined : service.platform,
      privileged: service.privileged,
      restart: role === 'app' ? undefined : restartOf(part, translation),
      runtime: service.runtime,
      securityOpt: filled(service.security_opt),
      stdinOpen: service.stdin_open,
      stopSignal: service.stop_signal,
      stopGraceMs: service.stop_grace_period,
      storageOpt: filled(service.storage_opt),
      sysctls: filled(service.sysctls),
      tty: service.tty,
      usernsMode: service.userns_mode,
      uts: service.uts,
      workingDir: service.working_dir,
    }),
  }
}

/** Undefined for what is empty: it says nothing. */
const filled = <T extends object>(value: T | undefined): T | undefined =>
  value === undefined || Object.keys(value).length === 0 ? undefined : value

/** An empty one takes the image's away, for which the engine wants an empty word. */
const entrypointOf = ({entrypoint}: Service): readonly string[] | undefined =>
  entrypoint?.length === 0 ? [''] : (entrypoint ?? undefined)

const healthcheckOf = (check: Service['healthcheck']): Healthcheck | undefined =>
  check && {
    ...compact({
      test: check.disable ? ['NONE'] : filled(check.test),
      intervalMs: check.interval,
      timeoutMs: check.timeout,
      startPeriodMs: check.start_period,
      startIntervalMs: check.start_interval,
      retries: check.retries,
    }),
  }

const restartOf = ({name, service}: Part, {note, refusal}: Translation): ContainerOptions['restart'] => {
  const {condition} = service.deploy?.restart_policy ?? {}
  const at = ['services', name, 'restart']
  if (service.restart === undefined && condition !== undefined)
    return condition === 'none' ? 'no' : condition === 'on-failure' ? 'on-failure' : 'always'
  const [policy, most] = (service.restart ?? 'unless-stopped').split(':')
  if (policy !== 'no' && policy !== 'always' && policy !== 'on-failure' && policy !== 'unless-stopped')
    throw refusal(at, 'expected no, always, on-failure or unless-stopped')
  if (most !== undefined) note('translated', at, 'on-failure, without a limit of attempts')
  return policy
}
