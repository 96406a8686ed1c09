/**
 * What imm started a container with, as its label says it for good: variables by their names alone, because values and commands may hold
 * secrets. Their digests tell whether they are still the same.
 */
export interface StartedWith {
  user: string | undefined
  memoryBytes: number | undefined
  cpus: number | undefined
  readOnly: boolean
  /** by the engine's names */
  volumes: readonly {name: string; path: string; readOnly: boolean}[]
  tmpfs: readonly string[]
  /** of this host; undefined: of a container from before there were any */
  binds?: readonly {source: string; path: string; readOnly: boolean}[] | undefined
  /** names, in the order of `values` */
  variables: readonly string[]
  /** sealed values of the variables */
  values: string
  /** sealed command; undefined: the image's own */
  command: string | undefined
}

const label = 'imm.started'

export const startedLabel = (started: StartedWith): Record<string, string> => ({[label]: JSON.stringify(started)})

/** Undefined where the label is missing or makes no sense. */
export const startedWith = (labels: Readonly<Record<string, string>>): StartedWith | undefined => {
  try {
    const value = JSON.parse(labels[label] ?? '') as Partial<StartedWith> | null
    const {volumes, tmpfs, variables, values, readOnly} = value ?? {}
    const isWhole =
      Array.isArray(volumes) && Array.isArray(tmpfs) && Array.isArray(variables) && typeof values === 'string'
    return isWhole && typeof readOnly === 'boolean' ? (value as StartedWith) : undefined
  } catch {
    return undefined
  }
}
