import {z} from 'zod'

import {build, dependsOn} from './build.ts'
import {command, healthTest} from './command.ts'
import {blkio, deploy, extraHosts, gpus, logging, resources, ulimits} from './limits.ts'
import {devices, fileMounts, mounts} from './mounts.ts'
import {ports} from './ports.ts'
import {
  durationMs,
  flag,
  integer,
  keyValues,
  labels,
  names,
  number,
  oneOrMany,
  shape,
  text,
  withoutOthers,
  word,
  words,
} from './scalars.ts'

const hook = shape({
  command,
  user: text.optional(),
  privileged: flag.optional(),
  working_dir: text.optional(),
  environment: keyValues.optional(),
})

const attachment = shape({
  aliases: words.optional(),
  interface_name: text.optional(),
  ipv4_address: text.optional(),
  ipv6_address: text.optional(),
  link_local_ips: words.optional(),
  mac_address: text.optional(),
  driver_opts: labels.optional(),
  priority: number.optional(),
  gw_priority: number.optional(),
})

const networks = z
  .union(
    [
      words.transform((list) => Object.fromEntries(list.map((name) => [name, null]))),
      z.record(names, attachment.nullable()),
    ],
    {error: 'expected a list of networks, or a map'},
  )
  .pipe(z.record(z.string(), z.custom<z.output<typeof attachment> | null>()))

const envFile = z.union([
  z.string().transform((path) => ({path, required: true})),
  shape({path: text, format: text.optional(), required: flag.default(true)}),
])

const healthcheck = shape({
  disable: flag.optional(),
  test: healthTest.optional(),
  interval: durationMs.optional(),
  timeout: durationMs.optional(),
  retries: integer.optional(),
  start_period: durationMs.optional(),
  start_interval: durationMs.optional(),
})

const watch = shape({
  path: text,
  action: z.enum(['rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec']),
  target: text.optional(),
  ignore: oneOrMany.optional(),
  include: oneOrMany.optional(),
  exec: hook.optional(),
  initial_sync: flag.optional(),
})

/** A service with each key in its long form (Compose Specification, Services). Durations in ms, sizes in bytes. */
const keys = {
  annotations: labels.optional(),
  attach: flag.optional(),
  blkio_config: blkio.optional(),
  build: build.optional(),
  cap_add: words.optional(),
  cap_drop: words.optional(),
  cgroup: z.enum(['host', 'private']).optional(),
  cgroup_parent: text.optional(),
  command: command.optional(),
  configs: fileMounts.optional(),
  container_name: text.optional(),
  credential_spec: shape({config: text.optional(), file: text.optional(), registry: text.optional()}).optional(),
  depends_on: dependsOn.optional(),
  deploy: deploy.nullish(),
  develop: shape({watch: z.array(watch).optional()}).nullish(),
  device_cgroup_rules: words.optional(),
  devices: devices.optional(),
  dns: oneOrMany.optional(),
  dns_opt: words.optional(),
  dns_search: oneOrMany.optional(),
  domainname: text.optional(),
  entrypoint: command.optional(),
  env_file: z.union([envFile.transform((one) => [one]), z.array(envFile)]).optional(),
  environment: keyValues.optional(),
  expose: words.optional(),
  extends: z
    .union([z.string().transform((name) => ({service: name})), z.strictObject({service: text, file: text.optional()})])
    .optional(),
  external_links: words.optional(),
  extra_hosts: extraHosts.optional(),
  gpus: gpus.optional(),
  group_add: words.optional(),
  healthcheck: healthcheck.optional(),
  hostname: text.optional(),
  image: text.optional(),
  init: flag.optional(),
  ipc: text.optional(),
  isolation: text.optional(),
  label_file: oneOrMany.optional(),
  labels: labels.optional(),
  links: words.optional(),
  logging: logging.optional(),
  mac_address: text.optional(),
  models: z.unknown().optional(),
  network_mode: text.optional(),
  networks: networks.nullish(),
  pid: text.nullish(),
  platform: text.optional(),
  ports: ports.optional(),
  post_start: z.array(hook).optional(),
  pre_stop: z.array(hook).optional(),
  privileged: flag.optional(),
  profiles: words.optional(),
  provider: z.unknown().optional(),
  pull_policy: text.optional(),
  pull_refresh_after: durationMs.optional(),
  read_only: flag.optional(),
  restart: text.optional(),
  runtime: text.optional(),
  scale: integer.optional(),
  secrets: fileMounts.optional(),
  security_opt: words.optional(),
  stdin_open: flag.optional(),
  stop_grace_period: durationMs.optional(),
  stop_signal: text.optional(),
  storage_opt: labels.optional(),
  sysctls: labels.optional(),
  tmpfs: oneOrMany.optional(),
  tty: flag.optional(),
  ulimits: ulimits.optional(),
  use_api_socket: flag.optional(),
  user: word.optional(),
  userns_mode: text.optional(),
  uts: text.optional(),
  volumes: mounts.optional(),
  volumes_from: words.optional(),
  working_dir: text.optional(),
  ...resources,
}

/** Beside the specification's own keys, what imm is told of a service: it is checked where it is used. */
export const service = z.preprocess(
  withoutOthers,
  z.strictObject({...keys, 'x-imm': z.record(z.string(), z.unknown()).optional()}, {error: 'expected a map'}),
)
export const serviceKeys: readonly string[] = Object.keys(keys)

export type Service = z.output<typeof service>
