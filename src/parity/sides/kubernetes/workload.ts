import {z} from 'zod'

import {ImmError} from '../../../errors.ts'
import type {WorkloadName} from '../reference.ts'
import {listed, notFound} from '../unknown.ts'
import type {KubernetesObject} from './documents.ts'
import {type Container, podSpec, type PodSpec} from './pod.ts'
import {settingsBut, type Terms, words} from './words.ts'

export interface Workload {
  /** `Deployment/web` */
  name: string
  namespace: string | undefined
  pod: PodSpec
  container: Container
  /** undefined: one on each node */
  replicas: number | undefined
  /** of a StatefulSet: each pod has its own */
  claims: readonly string[]
  /** of the workload as a whole, by the terms of RunSide's `others` */
  settings: Terms
}

const annotated = z.object({annotations: z.record(z.string(), z.string()).nullish()}).nullish()
const template = z.object({metadata: annotated, spec: podSpec})
const scaled = z.object({
  replicas: z.number().nullish(),
  parallelism: z.number().nullish(),
  template,
  volumeClaimTemplates: z.array(z.object({metadata: z.object({name: z.string()})})).nullish(),
})

/** Where each kind has its pod. */
const kinds = {
  Deployment: z.object({spec: scaled}).transform(({spec}) => spec),
  StatefulSet: z.object({spec: scaled}).transform(({spec}) => spec),
  DaemonSet: z.object({spec: scaled}).transform(({spec}) => spec),
  ReplicaSet: z.object({spec: scaled}).transform(({spec}) => spec),
  Job: z.object({spec: scaled}).transform(({spec}) => spec),
  CronJob: z
    .object({spec: z.object({jobTemplate: z.object({spec: scaled})})})
    .transform(({spec}) => spec.jobTemplate.spec),
  Pod: z.object({metadata: annotated, spec: podSpec}).transform((pod): z.infer<typeof scaled> => ({template: pod})),
} as const

type Kind = keyof typeof kinds

/** As kubectl takes them. */
const shortNames: Readonly<Record<string, Kind>> = {
  deploy: 'Deployment',
  sts: 'StatefulSet',
  ds: 'DaemonSet',
  rs: 'ReplicaSet',
  cj: 'CronJob',
  po: 'Pod',
}

const isKind = (kind: string): kind is Kind => Object.hasOwn(kinds, kind)

const kindOf = (text: string): Kind | undefined => {
  const word = text.toLowerCase()
  const kind = Object.keys(kinds).find((each) => [each.toLowerCase(), `${each.toLowerCase()}s`].includes(word))
  return kind !== undefined && isKind(kind) ? kind : shortNames[word]
}

/** The workload that is meant, and the container in it. SIDE_NOT_FOUND names those that there are. */
export const findWorkload = (
  objects: readonly KubernetesObject[],
  wanted: WorkloadName | undefined,
  containerName: string | undefined,
  file: string,
): Workload => {
  const found = chosen(objects, wanted, file)
  const {kind, name, namespace, content} = found
  const at = `${kind}/${name}`
  if (!isKind(kind)) throw new ImmError('SIDE_NOT_FOUND', `${at} in ${file} runs nothing`)
  const read = kinds[kind].safeParse(content)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new ImmError('SIDE_UNREADABLE', `${at} in ${file}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const {template: pod, replicas, parallelism, volumeClaimTemplates} = read.data
  const preferred = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container']
  return {
    name: at,
    namespace,
    pod: pod.spec,
    container: containerOf(pod.spec, containerName, preferred, `${at} in ${file}`),
    replicas: kind === 'DaemonSet' ? undefined : (replicas ?? parallelism ?? 1),
    claims: (volumeClaimTemplates ?? []).map((claim) => claim.metadata.name),
    settings: {'k8s.kind': kind, ...(kind === 'Pod' ? {} : settingsOf(content))},
  }
}

const specs = z.object({
  spec: z.looseObject({jobTemplate: z.object({spec: z.record(z.string(), z.unknown())}).nullish()}),
})

// How it is replaced, found and cleared away, and what is told elsewhere.
const told = words(`
    replicas parallelism template jobTemplate selector manualSelector volumeClaimTemplates serviceName
    strategy updateStrategy minReadySeconds progressDeadlineSeconds paused revisionHistoryLimit
    successfulJobsHistoryLimit failedJobsHistoryLimit ttlSecondsAfterFinished podManagementPolicy
    persistentVolumeClaimRetentionPolicy ordinals`)
const defaults = {completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', concurrencyPolicy: 'Allow'}

const settingsOf = (content: unknown): Terms => {
  const {jobTemplate, ...spec} = specs.parse(content).spec
  return settingsBut({...jobTemplate?.spec, ...spec}, told, defaults)
}

const chosen = (
  objects: readonly KubernetesObject[],
  wanted: WorkloadName | undefined,
  file: string,
): KubernetesObject => {
  const workloads = objects.filter(({kind}) => isKind(kind))
  const names = workloads.map(({kind, name}) => `${kind}/${name}`)
  if (wanted === undefined) {
    const [only] = workloads
    if (only !== undefined && workloads.length === 1) return only
    throw new ImmError(
      'SIDE_NOT_FOUND',
      workloads.length === 0 ? `${file} has no workload` : `${file} has several workloads, and none is named`,
      {
        next:
          workloads.length === 0
            ? `Name a file with a ${listed(Object.keys(kinds))}.`
            : `Name one of ${listed(names)}: k8s:${file}#${names[0]}.`,
      },
    )
  }
  const kind = kindOf(wanted.kind)
  if (kind === undefined)
    throw new ImmError('SIDE_UNKNOWN', `"${wanted.kind}" is no kind of workload`, {
      next: `Write one of ${listed(Object.keys(kinds))}.`,
    })
  const fitting = workloads.filter((each) => each.kind === kind && each.name === wanted.name)
  const [first, ...others] = fitting
  if (first === undefined) throw notFound('workload', `${kind}/${wanted.name}`, file, names)
  if (others.length === 0) return first
  throw new ImmError('SIDE_NOT_FOUND', `${file} has ${kind}/${wanted.name} in several namespaces`, {
    next: 'Name a file with the manifests of one namespace.',
  })
}

const containerOf = (pod: PodSpec, name: string | undefined, preferred: string | undefined, at: string): Container => {
  const {containers} = pod
  const all = [...containers, ...(pod.initContainers ?? [])]
  const named = all.find((each) => each.name === (name ?? preferred))
  if (named !== undefined) return named
  const [only] = containers
  if (name === undefined && only !== undefined && containers.length === 1) return only
  const names = all.map((each) => each.name)
  if (name !== undefined) throw notFound('container', name, at, names)
  throw new ImmError('SIDE_NOT_FOUND', `${at} has several containers, and none is named`, {
    next: `Name one of ${listed(names)} behind a slash: Deployment/name/${names[0]}.`,
  })
}
