import {z} from 'zod'

import {
  bytes,
  bytesOrNone,
  durationMs,
  flag,
  integer,
  keyValues,
  labels,
  number,
  shape,
  text,
  word,
  words,
} from './scalars.ts'

export const ulimits = z.record(
  z.string().regex(/^[a-z]+$/),
  z.union([integer.transform((limit) => ({soft: limit, hard: limit})), shape({soft: integer, hard: integer})], {
    error: 'expected a number or {soft, hard}',
  }),
)

/** name -> addresses */
export const extraHosts = z
  .union([z.array(word), z.record(z.string(), z.union([z.string(), words]))], {
    error: 'expected a map or a list of HOST=IP',
  })
  .transform((value, context) => {
    const hosts: Record<string, string[]> = {}
    const pairs = Array.isArray(value)
      ? value.map((line) => /^([^=:]+)[=:](.+)$/.exec(line)?.slice(1) ?? [line])
      : Object.entries(value).flatMap(([host, ips]) => [ips].flat().map((ip) => [host, ip]))
    for (const [host = '', ip] of pairs) {
      if (ip === undefined) context.addIssue({code: 'custom', message: `expected HOST=IP, got ${JSON.stringify(host)}`})
      else (hosts[host] ??= []).push(ip.replace(/^\[(.*)\]$/, '$1'))
    }
    return hosts
  })

const rate = z.array(shape({path: text, rate: bytes}))
export const blkio = shape({
  weight: integer.optional(),
  weight_device: z.array(shape({path: text, weight: integer})).optional(),
  device_read_bps: rate.optional(),
  device_read_iops: rate.optional(),
  device_write_bps: rate.optional(),
  device_write_iops: rate.optional(),
})

const deviceRequest = shape({
  capabilities: words.optional(),
  count: z.union([z.literal('all').transform(() => -1), integer]).optional(),
  device_ids: words.optional(),
  driver: text.optional(),
  options: labels.optional(),
})
export const gpus = z.union([z.literal('all').transform(() => [{count: -1}]), z.array(deviceRequest)], {
  error: 'expected "all" or a list',
})

const rollout = shape({
  parallelism: integer.optional(),
  delay: durationMs.optional(),
  failure_action: text.optional(),
  monitor: durationMs.optional(),
  max_failure_ratio: number.optional(),
  order: z.enum(['start-first', 'stop-first']).optional(),
})

export const deploy = shape({
  mode: text.optional(),
  endpoint_mode: text.optional(),
  replicas: integer.optional(),
  labels: labels.optional(),
  rollback_config: rollout.optional(),
  update_config: rollout.optional(),
  resources: shape({
    limits: shape({cpus: number.optional(), memory: bytes.optional(), pids: integer.optional()}).optional(),
    reservations: shape({
      cpus: number.optional(),
      memory: bytes.optional(),
      generic_resources: z.array(z.unknown()).optional(),
      devices: z.array(deviceRequest).optional(),
    }).optional(),
  }).optional(),
  restart_policy: shape({
    condition: text.optional(),
    delay: durationMs.optional(),
    max_attempts: integer.optional(),
    window: durationMs.optional(),
  }).optional(),
  placement: shape({
    constraints: words.optional(),
    preferences: z.array(shape({spread: text.optional()})).optional(),
    max_replicas_per_node: integer.optional(),
  }).optional(),
})

export const logging = shape({
  driver: text.optional(),
  options: keyValues
    .transform((all) => Object.fromEntries(Object.entries(all).map(([key, value]) => [key, value ?? ''])))
    .optional(),
})

/** Microseconds, as a number or as a duration. */
const microseconds = z.union([integer, durationMs.transform((ms) => Math.round(ms * 1000))], {
  error: 'expected a number of microseconds, or a duration such as 50ms',
})

export const resources = {
  cpu_count: integer.optional(),
  cpu_percent: number.optional(),
  cpu_period: microseconds.optional(),
  cpu_quota: microseconds.optional(),
  cpu_rt_period: microseconds.optional(),
  cpu_rt_runtime: microseconds.optional(),
  cpu_shares: integer.optional(),
  cpus: number.optional(),
  cpuset: text.optional(),
  mem_limit: bytes.optional(),
  mem_reservation: bytes.optional(),
  mem_swappiness: integer.optional(),
  memswap_limit: bytesOrNone.optional(),
  oom_kill_disable: flag.optional(),
  oom_score_adj: integer.optional(),
  pids_limit: integer.optional(),
  shm_size: bytes.optional(),
}
