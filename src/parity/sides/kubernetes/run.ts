import {ImmError} from '../../../errors.ts'
import type {ConfigSide, RunSide} from '../../facts.ts'
import {plainRun, tidy} from '../run.ts'
import type {KubernetesObject} from './documents.ts'
import {mountsOf} from './mounts.ts'
import type {Container, PodSpec, Probe} from './pod.ts'
import {quantity} from './quantity.ts'
import {variablesOf} from './variables.ts'
import type {Workload} from './workload.ts'

/** Kubernetes' own; engines have another. */
const graceSeconds = 30

const restarts: Readonly<Record<string, string>> = {Always: 'always', OnFailure: 'on-failure', Never: 'no'}

/** How a container of a workload is run. */
export const kubernetesRun = (
  source: string,
  {pod, container, replicas, namespace}: Workload,
  objects: readonly KubernetesObject[],
): RunSide => {
  const {limits} = container.resources ?? {}
  const {securityContext: own} = container
  return tidy({
    ...plainRun(source),
    image: container.image ?? undefined,
    config: configOf(container, pod),
    env: variablesOf(container, objects, namespace),
    memoryBytes: limitOf(limits?.['memory'], source),
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
  })
}

const configOf = (container: Container, pod: PodSpec): RunSide['config'] => {
  const {command, args, workingDir, lifecycle} = container
  return {
    user: userOf(container, pod),
    workdir: workingDir ?? undefined,
    entrypoint: filled(command),
    // With a command of its own it gets nothing of the image's arguments.
    command: filled(args) ?? (filled(command) ? [] : undefined),
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

/** The probe that decides whether it gets traffic, or else whether it lives; Kubernetes asks by itself what engines ask with a program. */
const healthcheckOf = ({readinessProbe, livenessProbe, startupProbe, ports}: Container): ConfigSide['healthcheck'] => {
  const probe = readinessProbe ?? livenessProbe ?? startupProbe
  if (!probe) return undefined
  const named = (port: string | number) => ports?.find(({name}) => name === port)?.containerPort ?? port
  return {
    test: testOf(probe, named),
    intervalMs: milliseconds(probe.periodSeconds),
    timeoutMs: milliseconds(probe.timeoutSeconds),
    startPeriodMs: milliseconds(probe.initialDelaySeconds),
    retries: probe.failureThreshold ?? undefined,
  }
}

const testOf = (
  {exec, httpGet, tcpSocket, grpc}: Probe,
  named: (port: string | number) => string | number,
): readonly string[] => {
  if (exec) return ['CMD', ...(exec.command ?? [])]
  if (httpGet)
    return ['HTTP', `${(httpGet.scheme ?? 'HTTP').toLowerCase()}://:${named(httpGet.port)}${httpGet.path ?? '/'}`]
  if (tcpSocket) return ['TCP', `:${named(tcpSocket.port)}`]
  return ['GRPC', `:${grpc?.port ?? ''}${grpc?.service ? `/${grpc.service}` : ''}`]
}

const milliseconds = (seconds: number | null | undefined): number | undefined => (seconds ? seconds * 1000 : undefined)

/** A limit that is none must not count as no limit. */
const limitOf = (text: string | undefined, source: string): number | undefined => {
  if (text === undefined || text === '') return undefined
  const value = quantity(text)
  if (value === undefined)
    throw new ImmError('SIDE_UNREADABLE', `${source}: "${text}" is no quantity, as 512Mi or 500m are`)
  return value
}
