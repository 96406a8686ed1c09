import {z} from 'zod'

const strings = z.array(z.string()).nullish()
const keys = z.record(z.string(), z.unknown()).nullish()
const nanoseconds = z.number().nullish()

/** The OCI image configuration, with what Docker adds to it; Go writes null for what is not there. */
export const imageConfigFile = z.object({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().nullish(),
  created: z.string().nullish(),
  config: z
    .object({
      User: z.string().nullish(),
      ExposedPorts: keys,
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      Volumes: keys,
      WorkingDir: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      StopSignal: z.string().nullish(),
      Shell: strings,
      OnBuild: strings,
      Healthcheck: z
        .object({
          Test: strings,
          Interval: nanoseconds,
          Timeout: nanoseconds,
          StartPeriod: nanoseconds,
          StartInterval: nanoseconds,
          Retries: z.number().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  rootfs: z.object({type: z.string(), diff_ids: z.array(z.string())}),
  history: z
    .array(
      z.object({created: z.string().nullish(), created_by: z.string().nullish(), empty_layer: z.boolean().nullish()}),
    )
    .nullish(),
})

export type ImageConfigFile = z.infer<typeof imageConfigFile>

/** How an image wants to be run. */
export interface ImageConfig {
  user: string
  workdir: string
  entrypoint: readonly string[]
  command: readonly string[]
  env: ReadonlyMap<string, string>
  ports: readonly string[]
  volumes: readonly string[]
  labels: ReadonlyMap<string, string>
  stopSignal: string
  healthcheck?: Healthcheck | undefined
}

/** Times in milliseconds; undefined is the engine's own. */
export interface Healthcheck {
  test: readonly string[]
  intervalMs?: number | undefined
  timeoutMs?: number | undefined
  startPeriodMs?: number | undefined
  startIntervalMs?: number | undefined
  retries?: number | undefined
}

export const imageConfigOf = ({config}: ImageConfigFile): ImageConfig => ({
  user: config?.User ?? '',
  workdir: config?.WorkingDir ?? '',
  entrypoint: config?.Entrypoint ?? [],
  command: config?.Cmd ?? [],
  env: new Map((config?.Env ?? []).map(variable)),
  ports: Object.keys(config?.ExposedPorts ?? {}).toSorted(),
  volumes: Object.keys(config?.Volumes ?? {}).toSorted(),
  labels: new Map(Object.entries(config?.Labels ?? {})),
  stopSignal: config?.StopSignal ?? '',
  healthcheck: healthcheckOf(config?.Healthcheck),
})

const variable = (text: string): [string, string] => {
  const equals = text.indexOf('=')
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]
}

type HealthcheckOfFile = NonNullable<ImageConfigFile['config']>['Healthcheck']

const healthcheckOf = (check: HealthcheckOfFile): Healthcheck | undefined => {
  if (!check?.Test?.length) return undefined
  return {
    test: check.Test,
    intervalMs: milliseconds(check.Interval),
    timeoutMs: milliseconds(check.Timeout),
    startPeriodMs: milliseconds(check.StartPeriod),
    startIntervalMs: milliseconds(check.StartInterval),
    retries: check.Retries || undefined,
  }
}

// The engine takes 0 for "not said".
const milliseconds = (ns: number | null | undefined): number | undefined => (ns ? ns / 1e6 : undefined)
