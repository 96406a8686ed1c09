import type {RunSide} from '../../facts.ts'
import {containerRun} from './container-run.ts'
import type {KubernetesObject} from './documents.ts'
import {siblingsOf} from './siblings.ts'
import type {Workload} from './workload.ts'

/** How a container of a workload is run. */
export const kubernetesRun = (source: string, workload: Workload, objects: readonly KubernetesObject[]): RunSide => {
  const run = containerRun(source, workload, objects)
  const others = {...run.others, ...siblingsOf(source, workload, objects)}
  return Object.keys(others).length === 0 ? run : {...run, others}
}
