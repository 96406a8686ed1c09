import type Docker from 'dockerode'

import type {InstanceSpec, StartedWith} from '../../lifecycle/ports.ts'
import type {ContainerOptions, Healthcheck} from '../../release/container.ts'
import {wordsOf} from './words.ts'

/** What a container was given and its inspection doesn't tell in the same words, kept with it for one like it. */
interface Given extends Pick<InstanceSpec, 'attachment' | 'binds' | 'published'> {
  options?: ContainerOptions | undefined
  /** options that may hold a secret, which labels show to everybody: by name, for the engine to be asked */
  asked?: readonly string[] | undefined
  /** names of the user's labels */
  labels?: readonly string[] | undefined
  /** by path */
  volumes?: Readonly<Record<string, Parts>> | undefined
}

interface Parts {
  noCopy?: boolean | undefined
  subpath?: string | undefined
}

const label = 'imm.given'

export const givenLabel = ({attachment, binds, published, options, volumes}: InstanceSpec): Record<string, string> => {
  const parts = volumes
    .filter(({noCopy, subpath}) => noCopy !== undefined || subpath !== undefined)
    .map(({path, noCopy, subpath}) => [path, {noCopy, subpath}] as const)
  const given: Given = {
    attachment,
    binds: binds && binds.length > 0 ? binds : undefined,
    published: published && published.length > 0 ? published : undefined,
    ...(options && partsOf(options)),
    volumes: parts.length > 0 ? Object.fromEntries(parts) : undefined,
  }
  const text = JSON.stringify(given)
  return text === '{}' ? {} : {[label]: text}
}

const partsOf = (options: ContainerOptions): Pick<Given, 'options' | 'asked' | 'labels'> => {
  const {entrypoint, healthcheck, annotations, logging, labels, ...rest} = options
  const plain = {...rest, ...(logging === undefined ? {} : {logging: {driver: logging.driver}})}
  const asked = Object.entries({entrypoint, healthcheck, annotations, 'logging.options': logging?.options})
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
  return {
    options: Object.keys(plain).length === 0 ? undefined : plain,
    asked: asked.length === 0 ? undefined : asked,
    labels: labels && Object.keys(labels),
  }
}

/** What a label keeps of a container's attachment, binds and options, and what the engine itself says of the rest. */
export const givenOf = ({
  Config,
  HostConfig,
}: Docker.ContainerInspectInfo): Pick<StartedWith, 'attachment' | 'binds' | 'published' | 'options'> & {
  parts: Readonly<Record<string, Parts>>
} => {
  const own = (Config.Labels as Record<string, string> | null) ?? {}
  const {attachment, binds, published, options, asked = [], labels, volumes = {}} = read(own[label])
  const {Annotations} = HostConfig as {Annotations?: Record<string, string>}
  const told = new Map<string, ContainerOptions>([
    ['entrypoint', {entrypoint: wordsOf(Config.Entrypoint)}],
    ['healthcheck', {healthcheck: checkOf(Config.Healthcheck)}],
    ['annotations', {annotations: Annotations ?? {}}],
    [
      'logging.options',
      {logging: {...options?.logging, options: HostConfig.LogConfig?.Config as Record<string, string>}},
    ],
  ])
  const whole: ContainerOptions = {
    ...asked.reduce<ContainerOptions>((all, name) => ({...all, ...told.get(name)}), options ?? {}),
    ...(labels && {
      labels: Object.fromEntries(labels.flatMap((key) => (own[key] === undefined ? [] : [[key, own[key]]]))),
    }),
  }
  return {
    ...(attachment && {attachment}),
    ...(binds && {binds}),
    ...(published && {published}),
    ...(Object.keys(whole).length === 0 ? {} : {options: whole}),
    parts: volumes,
  }
}

const read = (text: string | undefined): Given => {
  try {
    return (JSON.parse(text ?? '{}') as Given | null) ?? {}
  } catch {
    return {}
  }
}

const msOf = (nanoseconds: number | undefined): number | undefined => (nanoseconds ? nanoseconds / 1e6 : undefined)

export const checkOf = (check: Docker.HealthConfig | undefined): Healthcheck => {
  const {Test, Interval, Timeout, StartPeriod, StartInterval, Retries} = (check ?? {}) as Docker.HealthConfig & {
    StartInterval?: number
  }
  const found = {
    test: Test,
    intervalMs: msOf(Interval),
    timeoutMs: msOf(Timeout),
    startPeriodMs: msOf(StartPeriod),
    startIntervalMs: msOf(StartInterval),
    retries: Retries || undefined,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
