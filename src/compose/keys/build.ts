import {z} from 'zod'

import {extraHosts, ulimits} from './limits.ts'
import {fileMounts} from './mounts.ts'
import {bytes, flag, keyValues, labels, shape, text, word, words} from './scalars.ts'

const textOrFlag = z.union([flag.transform(String), z.string()])

export const build = z.union(
  [
    z.string().transform((context) => ({context})),
    shape({
      context: text.optional(),
      dockerfile: text.optional(),
      dockerfile_inline: text.optional(),
      entitlements: words.optional(),
      args: keyValues.optional(),
      ssh: keyValues.optional(),
      labels: labels.optional(),
      cache_from: words.optional(),
      cache_to: words.optional(),
      no_cache: flag.optional(),
      no_cache_filter: words.optional(),
      additional_contexts: labels.optional(),
      network: text.optional(),
      provenance: textOrFlag.optional(),
      sbom: textOrFlag.optional(),
      pull: flag.optional(),
      target: text.optional(),
      shm_size: bytes.optional(),
      extra_hosts: extraHosts.optional(),
      isolation: text.optional(),
      privileged: flag.optional(),
      secrets: fileMounts.optional(),
      tags: words.optional(),
      ulimits: ulimits.optional(),
      platforms: words.optional(),
    }),
  ],
  {error: 'expected the path of the build context, or a map'},
)

export const dependsOn = z
  .union(
    [
      z.array(word).transform((list) => Object.fromEntries(list.map((name) => [name, started()]))),
      z.record(
        z.string(),
        shape({
          condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully'], {
            error: 'expected service_started, service_healthy or service_completed_successfully',
          }),
          restart: flag.optional(),
          required: flag.default(true),
        }),
      ),
    ],
    {error: 'expected a list of services, or a map with a condition for each'},
  )
  .pipe(z.record(z.string(), z.custom<Dependency>()))

export interface Dependency {
  condition: 'service_started' | 'service_healthy' | 'service_completed_successfully'
  /** starts again when the other one is replaced */
  restart?: boolean | undefined
  required: boolean
}

const started = (): Dependency => ({condition: 'service_started', required: true})
