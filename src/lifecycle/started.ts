import type {Attachment} from '../release/container.ts'
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
    cpus: cpusOf(spec),
    readOnly: spec.readOnly ?? false,
    volumes: spec.volumes.map(({name, path, readOnly}) => ({name, path, readOnly})),
    tmpfs: spec.tmpfs,
    binds: spec.binds?.map(({source, path, readOnly}) => ({source, path, readOnly})),
    networks: spec.attachment && networksOf(spec.attachment),
    entrypoint: spec.options?.entrypoint && seal(spec.options.entrypoint),
    restarts: (spec.options?.restart ?? 'no') === 'no' ? undefined : true,
    variables,
    values: seal(variables.map((name) => spec.env[name])),
    command: spec.command && seal(spec.command),
  }
  return {...spec, labels: {...spec.labels, ...startedLabel(started)}}
}

/** Engines tell a quota per period (100 ms by default) as the same. */
const cpusOf = ({cpus, options: {cpuQuota, cpuPeriod = 100_000} = {}}: InstanceSpec): number | undefined =>
  cpus ?? (cpuQuota !== undefined && cpuQuota > 0 ? cpuQuota / cpuPeriod : undefined)

/** As details of a container tell them. */
const networksOf = ({mode, networks}: Attachment): string[] | undefined => {
  if (typeof mode === 'string') return [mode]
  if (mode !== undefined) return []
  return networks.length === 0 ? undefined : networks.map(({name}) => name)
}

/** Of each container its own: equal values of two can't be told from their labels. */
export const sealOf =
  ({'imm.release': release, 'imm.generation': generation}: Readonly<Record<string, string>>) =>
  (value: unknown): string =>
    digest([release, generation, value])
