import {createHash} from 'node:crypto'

import {containerRun} from './container-run.ts'
import type {KubernetesObject} from './documents.ts'
import type {Container} from './pod.ts'
import {canonical, type Terms} from './words.ts'
import type {Workload} from './workload.ts'

/** The other containers of the pod: their images by name, and how they are run by a digest of what is compared of the one that is meant. */
export const siblingsOf = (source: string, workload: Workload, objects: readonly KubernetesObject[]): Terms => {
  const {pod, container} = workload
  const termsOf = (containers: readonly Container[], kind: string): [string, string][] =>
    containers
      .filter(({name}) => name !== container.name)
      .map((each) => [`k8s.${kind}.${each.name}`, wordsOf(each, source, workload, objects)])
  return Object.fromEntries([
    ...termsOf(pod.containers, 'containers'),
    ...termsOf(pod.initContainers ?? [], 'initContainers'),
    ...orderOf(workload),
  ])
}

const digits = 12

const wordsOf = (
  container: Container,
  at: string,
  workload: Workload,
  objects: readonly KubernetesObject[],
): string => {
  const {pod} = workload
  // What the pod says of all of them is a difference once, and not for each.
  const own = {containers: pod.containers, volumes: pod.volumes}
  const {
    image,
    source: _,
    ...run
  } = containerRun(`${at}/${container.name}`, {...workload, container, pod: own, settings: {}}, objects)
  const digest = createHash('sha256').update(canonical(run)).digest('hex')
  return `${image ?? 'no image'}, settings ${digest.slice(0, digits)}`
}

/** Those run one after another. */
const orderOf = ({pod: {initContainers}}: Workload): [string, string][] =>
  initContainers && initContainers.length > 1
    ? [['k8s.initContainers', initContainers.map(({name}) => name).join(', ')]]
    : []
