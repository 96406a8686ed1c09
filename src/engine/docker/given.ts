import type {InstanceSpec} from '../../lifecycle/ports.ts'
import type {ContainerOptions} from '../../release/container.ts'

/** What a container was given and its inspection doesn't tell in the same words, kept for one like it. */
export interface Given extends Pick<InstanceSpec, 'attachment' | 'binds' | 'published'> {
  /** without what may hold a secret, which the engine itself is asked for */
  options?: ContainerOptions | undefined
  /** by path */
  volumes?: Readonly<Record<string, {noCopy?: boolean | undefined; subpath?: string | undefined}>> | undefined
}

const label = 'imm.given'

export const givenLabel = ({attachment, binds, published, options, volumes}: InstanceSpec): Record<string, string> => {
  const parts = volumes
    .filter(({noCopy, subpath}) => noCopy !== undefined || subpath !== undefined)
    .map(({path, noCopy, subpath}) => [path, {noCopy, subpath}] as const)
  const given: Given = {
    attachment,
    binds: binds && binds.length > 0 ? binds : undefined,
    published: published && published.length > 0 ? published : undefined,
    options: options && withoutSecrets(options),
    volumes: parts.length > 0 ? Object.fromEntries(parts) : undefined,
  }
  const text = JSON.stringify(given)
  return text === '{}' ? {} : {[label]: text}
}

export const givenOf = (labels: Readonly<Record<string, string>> | null): Given => {
  try {
    const value = JSON.parse(labels?.[label] ?? '{}') as Given | null
    return value ?? {}
  } catch {
    return {}
  }
}

/** Commands, log drivers' options, labels and annotations are texts of the user's: passwords are found in them, and labels are shown to everybody. */
const withoutSecrets = (options: ContainerOptions): ContainerOptions | undefined => {
  const {
    entrypoint: _entrypoint,
    healthcheck: _healthcheck,
    logging: _logging,
    labels: _labels,
    annotations: _annotations,
    ...rest
  } = options
  return Object.keys(rest).length === 0 ? undefined : rest
}
