import {createHash} from 'node:crypto'

import {z} from 'zod'

import type {Container, PodSpec} from './pod.ts'
import {canonical, settingsBut, type Terms, words} from './words.ts'

const anything = z.record(z.string(), z.unknown())
const context = z.looseObject({securityContext: anything.nullish()})

// What is told in its own place, and what decides where and when it runs, and not how.
const podTold = words(`
    containers initContainers ephemeralContainers volumes securityContext restartPolicy
    terminationGracePeriodSeconds hostNetwork hostPID hostIPC hostAliases hostname nodeSelector nodeName
    affinity tolerations topologySpreadConstraints schedulerName priorityClassName priority
    preemptionPolicy imagePullSecrets schedulingGates serviceAccount`)
const containerTold = words(`
    name image command args workingDir env envFrom ports resources securityContext volumeMounts
    livenessProbe readinessProbe startupProbe lifecycle stdin tty imagePullPolicy terminationMessagePath
    terminationMessagePolicy resizePolicy restartPolicy`)
const securityTold = words(`
    runAsUser privileged allowPrivilegeEscalation readOnlyRootFilesystem capabilities runAsGroup
    supplementalGroups sysctls seccompProfile`)

/** What Kubernetes has where nothing is said. */
const defaults: Readonly<Record<string, unknown>> = {
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  automountServiceAccountToken: true,
  enableServiceLinks: true,
  hostUsers: true,
}

/** Settings of a pod and a container that have no place of their own, by the terms of RunSide's `others`. */
export const othersOf = (pod: PodSpec, container: Container): Terms => ({
  ...settingsBut(pod, podTold, defaults),
  ...settingsBut(container, containerTold, defaults),
  ...sharedOf(pod),
  ...securityOf(pod, container),
  ...lifecycleOf(container),
  ...limitsOf(container),
  ...siblingsOf(pod, container),
  ...(container.tty ? {tty: 'true'} : {}),
  ...(container.stdin ? {stdin_open: 'true'} : {}),
})

const sharedOf = ({hostPID, hostIPC, hostAliases, hostname}: PodSpec): Terms => ({
  ...(hostPID ? {pid: 'host'} : {}),
  ...(hostIPC ? {ipc: 'host'} : {}),
  ...(hostname ? {hostname} : {}),
  ...(hostAliases && hostAliases.length > 0
    ? {
        extra_hosts: hostAliases
          .flatMap(({ip, hostnames}) => (hostnames ?? []).map((name) => `${name}=${ip}`))
          .toSorted()
          .join(', '),
      }
    : {}),
})

/** A container's own counts before that of its pod. */
const securityOf = (pod: PodSpec, container: Container): Terms => {
  const all = {...context.parse(pod).securityContext, ...context.parse(container).securityContext}
  const {supplementalGroups, sysctls, seccompProfile, runAsUser, runAsGroup} = all
  const list = z.array(z.object({name: z.string(), value: z.string()})).safeParse(sysctls)
  const profile = z.object({type: z.string(), localhostProfile: z.string().nullish()}).safeParse(seccompProfile)
  return {
    ...settingsBut(all, securityTold, defaults),
    ...(Array.isArray(supplementalGroups) && supplementalGroups.length > 0
      ? {group_add: supplementalGroups.map(String).toSorted().join(', ')}
      : {}),
    ...Object.fromEntries((list.data ?? []).map(({name, value}) => [`sysctls.${name}`, value])),
    ...(profile.success && profile.data.type !== 'RuntimeDefault'
      ? {
          // Where its file is differs from platform to platform.
          'security_opt.seccomp': profile.data.localhostProfile
            ? 'a profile of its own'
            : profile.data.type.toLowerCase(),
          ...(profile.data.localhostProfile ? {'k8s.seccompProfile': profile.data.localhostProfile} : {}),
        }
      : {}),
    // With a user it is told as a part of that.
    ...(runAsUser === undefined && typeof runAsGroup === 'number' ? {'k8s.runAsGroup': String(runAsGroup)} : {}),
  }
}

const lifecycleOf = ({lifecycle}: Container): Terms =>
  settingsBut(lifecycle ?? {}, new Set(['stopSignal']), defaults, 'k8s.lifecycle.')

const limitsOf = ({resources}: Container): Terms =>
  settingsBut(resources?.limits ?? {}, new Set(['memory', 'cpu']), defaults, 'k8s.limits.')

/** The others of the pod: its image by name, and all else of it by a digest. */
const siblingsOf = ({containers, initContainers}: PodSpec, container: Container): Terms =>
  Object.fromEntries(
    [
      ...containers.map((each) => ({each, term: `k8s.containers.${each.name}`})),
      ...(initContainers ?? []).map((each) => ({each, term: `k8s.initContainers.${each.name}`})),
    ]
      .filter(({each}) => each.name !== container.name)
      .map(({each: {image, ...rest}, term}) => [term, `${image ?? 'no image'}, settings ${digestOf(rest)}`]),
  )

const digestOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex').slice(0, 12)
