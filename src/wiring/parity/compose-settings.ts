import type {Service} from '../../compose/keys/service.ts'
import type {Model} from '../../compose/model.ts'
import {limitsOf} from '../../compose/translate/limits.ts'
import {canonical} from '../../parity/sides/settings/canonical.ts'
import {settingsOf} from '../../parity/sides/settings/settings.ts'
import {sharedTerms} from './compose-shared.ts'

type Key = keyof Service

/** Told in a place of their own, here or in the run as a whole. */
const understood: readonly Key[] = [
  ...(['blkio_config', 'cap_add', 'cap_drop', 'cgroup', 'cgroup_parent', 'command', 'configs', 'cpu_quota'] as const),
  ...(['cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus', 'cpuset', 'deploy', 'device_cgroup_rules'] as const),
  ...(['devices', 'dns', 'dns_opt', 'dns_search', 'domainname', 'entrypoint', 'environment', 'expose'] as const),
  ...(['extra_hosts', 'gpus', 'group_add', 'healthcheck', 'hostname', 'image', 'init', 'ipc', 'mem_limit'] as const),
  ...(['mem_reservation', 'mem_swappiness', 'memswap_limit', 'network_mode', 'networks', 'oom_kill_disable'] as const),
  ...(['oom_score_adj', 'pid', 'pids_limit', 'platform', 'ports', 'privileged', 'read_only', 'restart'] as const),
  ...(['runtime', 'scale', 'secrets', 'security_opt', 'shm_size', 'stdin_open', 'stop_grace_period'] as const),
  ...(['stop_signal', 'storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'user', 'userns_mode', 'uts'] as const),
  ...(['volumes', 'working_dir'] as const),
]

/** How it is built, pulled, shown and put in order says nothing of how it runs; labels are for others to read. */
const aside: readonly Key[] = [
  ...(['attach', 'build', 'container_name', 'depends_on', 'develop', 'env_file', 'extends', 'label_file'] as const),
  ...(['labels', 'logging', 'profiles', 'pull_policy', 'pull_refresh_after', 'x-imm'] as const),
]

const known: ReadonlySet<string> = new Set([...understood, ...aside])

/** All of a service that a `RunSide` has no place of its own for: what nobody here has heard of is compared as it is written. */
export const composeSettings = (name: string, model: Model): Readonly<Record<string, string>> => {
  const service = model.services[name]
  if (service === undefined) return {}
  const own = {...rest(service), ...deployed(service), ...sharedTerms(service, model), ...pointers(service)}
  return {
    ...settingsOf({
      ...limitsOf(service),
      memoryBytes: service.mem_limit ?? service.deploy?.resources?.limits?.memory,
      cgroup: service.cgroup,
      cgroupParent: service.cgroup_parent,
      deviceCgroupRules: service.device_cgroup_rules,
      devices: service.devices,
      groupAdd: service.group_add,
      ipc: service.ipc,
      oomKillDisable: service.oom_kill_disable,
      oomScoreAdj: service.oom_score_adj,
      pid: service.pid ?? undefined,
      platform: service.platform,
      privileged: service.privileged,
      runtime: service.runtime,
      securityOpt: service.security_opt,
      stdinOpen: service.stdin_open,
      storageOpt: service.storage_opt,
      sysctls: service.sysctls,
      tty: service.tty,
      usernsMode: service.userns_mode,
      uts: service.uts,
      hostname: service.hostname,
      domainname: service.domainname,
      extraHosts: Object.entries(service.extra_hosts ?? {}).flatMap(([host, addresses]) =>
        addresses.map((address) => ({name: host, address})),
      ),
      dns: service.dns,
      dnsSearch: service.dns_search,
      dnsOptions: service.dns_opt,
    }),
    ...Object.fromEntries(
      Object.entries(own)
        .filter(([, value]) => !isNothing(value))
        .map(([key, value]) => [`compose.${key}`, typeof value === 'string' ? value : canonical(value)]),
    ),
  }
}

const rest = (service: Service): Record<string, unknown> => {
  const {isolation, cpu_period: period, links, ...others} = service
  return {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !known.has(key))),
    isolation: isolation === 'default' ? undefined : isolation,
    cpu_period: service.cpu_quota === undefined ? period : undefined,
    links: links?.toSorted(),
  }
}

/** Limits, replicas and whether it starts again have a place of their own. */
const deployed = ({deploy}: Service): Record<string, unknown> => {
  const {resources, restart_policy: restart, mode, replicas: _, labels: _labels, ...others} = deploy ?? {}
  const {condition: _condition, max_attempts: _most, ...again} = restart ?? {}
  const {memory: _memory, devices: _devices, ...reserved} = resources?.reservations ?? {}
  const told = {
    ...others,
    mode: mode === 'replicated' ? undefined : mode,
    restart_policy: again,
    'resources.reservations': reserved,
  }
  return Object.fromEntries(Object.entries(told).map(([key, value]) => [`deploy.${key}`, value]))
}

/** Files of this machine and names of this project: another Compose file can say the same, and nobody else. */
const pointers = ({network_mode: network, pid, ipc, security_opt: options = []}: Service): Record<string, unknown> => ({
  network_mode: sharedWith(network),
  pid: sharedWith(pid),
  ipc: sharedWith(ipc),
  'security_opt.seccomp': options
    .map((option) => /^seccomp[:=](.+)$/.exec(option)?.[1])
    .find((profile) => profile !== undefined && !['unconfined', 'builtin', 'default'].includes(profile)),
})

const sharedWith = (mode: string | null | undefined): string | undefined =>
  mode && /^(?:service|container):/.test(mode) ? mode : undefined

/** An empty list and a map without values say nothing. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.values(value).every((each) => isNothing(each)))
