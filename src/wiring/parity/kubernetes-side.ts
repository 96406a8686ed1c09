import type {ImageSide, RunSide, SideFacts} from '../../parity/facts.ts'
import {readDocuments} from '../../parity/sides/kubernetes/documents.ts'
import {kubernetesRun} from '../../parity/sides/kubernetes/run.ts'
import {findWorkload} from '../../parity/sides/kubernetes/workload.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import type {OpenContext} from './context.ts'
import {namedImage} from './image-side.ts'
import {textOf} from './place.ts'

/** A container of a workload of rendered manifests. */
export const kubernetesSide = async (
  {file, workload: wanted, container}: Extract<Reference, {kind: 'k8s'}>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const text = await textOf(context.cwd, file, signal)
  const objects = readDocuments(text, file)
  const workload = findWorkload(objects, wanted, container, file)
  const run = kubernetesRun(`k8s:${file}#${workload.name}`, workload, objects)
  if (run.image === undefined)
    return {run, gaps: [{part: 'image', reason: `${workload.name} of ${file} names no image`}]}
  const {image, gaps} = await namedImage([run.image], `${workload.name} of ${file}`, context, signal)
  return {image, run: withoutHealthcheck(run, image), gaps}
}

/** Kubernetes never runs the HEALTHCHECK of an image. */
const withoutHealthcheck = (run: RunSide, image: ImageSide | undefined): RunSide =>
  image?.config.healthcheck === undefined || run.config.healthcheck !== undefined
    ? run
    : {...run, config: {...run.config, healthcheck: {test: ['NONE']}}}
