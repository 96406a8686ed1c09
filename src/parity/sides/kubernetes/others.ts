import {told} from '../settings/terms.ts'
import {dnsOf, hostsOf} from './names.ts'
import type {Container, PodSpec} from './pod.ts'
import {plainQuantity} from './quantity.ts'
import {securityOf} from './security.ts'
import {settingsBut, type Terms, words} from './words.ts'

// What is told in its own place, and what decides where and when it runs, and not how.
const podTold = words(`
    containers initContainers ephemeralContainers volumes securityContext restartPolicy
    terminationGracePeriodSeconds hostNetwork hostPID hostIPC hostAliases hostname nodeSelector nodeName
    affinity tolerations topologySpreadConstraints schedulerName priorityClassName priority
    preemptionPolicy imagePullSecrets schedulingGates serviceAccount`)
const containerTold = words(`
    name image command args workingDir env envFrom ports resources securityContext volumeMounts
    livenessProbe readinessProbe startupProbe lifecycle stdin tty imagePullPolicy terminationMessagePath
    terminationMessagePolicy resizePolicy`)
const dnsTold = ['dnsPolicy', 'dnsConfig']

/** What Kubernetes has where nothing is said. */
const defaults: Readonly<Record<string, unknown>> = {
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  automountServiceAccountToken: true,
  enableServiceLinks: true,
  hostUsers: true,
}

/** Settings of a pod and a container that have no place of their own, by the terms of RunSide's `others`. */
export const othersOf = (pod: PodSpec, container: Container): Terms => {
  const dns = dnsOf(pod)
  return {
    ...settingsBut(withAccount(pod), 'dns' in dns ? podTold.union(new Set(dnsTold)) : podTold, defaults),
    ...settingsBut(container, containerTold, defaults),
    ...told({
      ...dns,
      pid: pod.hostPID ? 'host' : undefined,
      ipc: pod.hostIPC ? 'host' : undefined,
      hostname: pod.hostname ?? undefined,
      extra_hosts: hostsOf(pod),
      tty: container.tty ?? undefined,
      stdin_open: container.stdin ?? undefined,
    }),
    ...securityOf(pod, container),
    ...lifecycleOf(container),
    ...limitsOf(container),
  }
}

/** It has an older name, too. */
const withAccount = (pod: PodSpec): PodSpec => ({
  ...pod,
  serviceAccountName: pod['serviceAccountName'] || pod['serviceAccount'],
})

const lifecycleOf = ({lifecycle}: Container): Terms =>
  settingsBut(lifecycle ?? {}, new Set(['stopSignal']), {}, 'k8s.lifecycle.')

const limitsOf = ({resources}: Container): Terms =>
  Object.fromEntries(
    Object.entries(resources?.limits ?? {})
      .filter(([name]) => name !== 'memory' && name !== 'cpu')
      .map(([name, amount]) => [`k8s.limits.${name}`, plainQuantity(amount)]),
  )
