import type {RunSide} from '../../../../src/parity/facts.ts'
import {readDocuments} from '../../../../src/parity/sides/kubernetes/documents.ts'
import {kubernetesRun} from '../../../../src/parity/sides/kubernetes/run.ts'
import {findWorkload} from '../../../../src/parity/sides/kubernetes/workload.ts'

export interface Asked {
  workload?: string
  container?: string
}

/** The run of a workload of manifests. */
export const runOf = (text: string, {workload, container}: Asked = {}): RunSide => {
  const objects = readDocuments(text, 'out.yaml')
  const [kind = '', name = ''] = workload?.split('/') ?? []
  const wanted = workload === undefined ? undefined : {kind, name}
  return kubernetesRun('k8s:out.yaml', findWorkload(objects, wanted, container, 'out.yaml'), objects)
}

/** A Deployment of one container, with more lines of it. */
export const deployment = (container: string, pod = '', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
${indented(pod, 6)}
      containers:
        - name: web
          image: shop:1
${indented(container, 10)}
${more}`

const indented = (text: string, by: number): string =>
  text
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n')
