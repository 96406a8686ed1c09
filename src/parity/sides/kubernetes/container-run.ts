import {ImmError} from '../../../errors.ts'
import type {ConfigSide, RunSide} from '../../facts.ts'
import {wordsWithoutSecrets} from '../../secrets/words.ts'
import {plainRun, tidy} from '../run.ts'
import type {KubernetesObject} from './documents.ts'
import {mountsOf} from './mounts.ts'
import {othersOf} from './others.ts'
import type {Container, PodSpec} from './pod.ts'
import {healthcheckOf, probesOf} from './probes.ts'
import {quantity} from './quantity.ts'
import {variablesOf, type Variables} from './variables.ts'
import {volumesOf} from './volumes.ts'
import type {Workload} from './workload.ts'

/** Kubernetes' own; engines have another. */
const graceSeconds = 30

const restarts: Readonly<Record<string, string>> = {Always: 'always', OnFailure: 'on-failure', Never: 'no'}

/** How one container of a pod is run, whatever else is in the pod. */
export const containerRun = (
  source: string,
  {pod, container, replicas, namespace, settings}: Workload,
  objects: readonly KubernetesObject[],
): RunSide => {
  const {limits} = container.resources ?? {}
  const {securityContext: own} = container
  const {variables, expand} = variablesOf(container, objects, namespace)
  return tidy({
    ...plainRun(source),
    image: container.image ?? undefined,
    config: configOf(container, pod, expand),
    env: variables,
    memoryBytes: whole(limitOf(limits?.['memory'], source)),
    cpus: limitOf(limits?.['cpu'], source),
    capAdd: own?.capabilities?.add ?? [],
    capDrop: own?.capabilities?.drop ?? [],
    privileged: own?.privileged ?? false,
    noNewPrivileges: own?.allowPrivilegeEscalation === false,
    readOnlyRoot: own?.readOnlyRootFilesystem ?? undefined,
    ...mountsOf(container, pod),
    networkMode: pod.hostNetwork ? 'host' : undefined,
    // Whoever is in the cluster reaches them, which is what publishing a port is for elsewhere.
    publishes: (container.ports ?? []).map(
      ({containerPort, protocol}) => `${containerPort}/${(protocol ?? 'TCP').toLowerCase()}`,
    ),
    restart: restarts[pod.restartPolicy ?? 'Always'],
    replicas,
    stopGraceMs: (pod.terminationGracePeriodSeconds ?? graceSeconds) * 1000,
    others: withoutSecrets({
      ...settings,
      ...othersOf(pod, container),
      ...probesOf(container),
      ...volumesOf(container, pod, objects, namespace),
    }),
  })
}

const configOf = (container: Container, pod: PodSpec, expand: Variables['expand']): RunSide['config'] => {
  const {command, args, workingDir, lifecycle} = container
  const [entrypoint, own] = [filled(command), filled(args)]
  return {
    user: userOf(container, pod),
    workdir: workingDir ?? undefined,
    entrypoint: entrypoint && expand(entrypoint),
    // With a command of its own it gets nothing of the image's arguments.
    command: own ? expand(own) : entrypoint && [],
    stopSignal: lifecycle?.stopSignal ?? undefined,
    healthcheck: healthcheckOf(container),
  } as Partial<ConfigSide>
}

const filled = (words: readonly string[] | null | undefined): readonly string[] | undefined =>
  words && words.length > 0 ? words : undefined

const userOf = ({securityContext: own}: Container, {securityContext: all}: PodSpec): string | undefined => {
  const [user, group] = [own?.runAsUser ?? all?.runAsUser, own?.runAsGroup ?? all?.runAsGroup]
  if (user === undefined || user === null) return undefined
  return group === undefined || group === null ? String(user) : `${user}:${group}`
}

/** There is no part of a byte: Kubernetes takes the next one. */
const whole = (bytes: number | undefined): number | undefined => bytes && Math.ceil(bytes)

/** A limit that is none must not count as no limit. */
const limitOf = (text: string | undefined, source: string): number | undefined => {
  if (text === undefined || text === '') return undefined
  const value = quantity(text)
  if (value === undefined)
    throw new ImmError('SIDE_UNREADABLE', `${source}: "${text}" is no quantity, as 512Mi or 500m are`)
  return value
}

const withoutSecrets = (others: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(others).map(([term, value]) => [term, wordsWithoutSecrets([value]).join(' ')]))
