import {startedLabel, type StartedWith} from '../release/started.ts'
import {digest} from './plan.ts'
import type {InstanceSpec} from './ports.ts'

/** A specification with a label that says it, for a later comparison with what became of the container. */
export const withStarted = (spec: InstanceSpec): InstanceSpec => {
  const seal = sealOf(spec.labels)
  const variables = Object.keys(spec.env).toSorted()
  const started: StartedWith = {
    user: spec.user,
    memoryBytes: spec.memoryBytes,
    cpus: spec.cpus,
    readOnly: spec.readOnly ?? false,
    volumes: spec.volumes.map(({name, path, readOnly}) => ({name, path, readOnly})),
    tmpfs: spec.tmpfs,
    binds: spec.binds?.map(({source, path, readOnly}) => ({source, path, readOnly})),
    variables,
    values: seal(variables.map((name) => spec.env[name])),
    command: spec.command && seal(spec.command),
  }
  return {...spec, labels: {...spec.labels, ...startedLabel(started)}}
}

/** Of each container its own: equal values of two can't be told from their labels. */
export const sealOf =
  ({'imm.release': release, 'imm.generation': generation}: Readonly<Record<string, string>>) =>
  (value: unknown): string =>
    digest([release, generation, value])
