import type {ImageFile} from '../lifecycle/ports.ts'

/** One thing that a running container has otherwise than its image and settings. */
export type Difference = FileDifference | SettingDifference

export interface FileDifference {
  kind: 'added' | 'changed' | 'deleted'
  /** absolute, in the container */
  path: string
  node: ImageFile['kind']
  /** of an added directory: how many paths there are in it */
  below: number
  /** of a changed one: in what, and from what to what */
  what: readonly FileAspect[]
}

export interface FileAspect {
  /** `kind`: a file became a directory, say; `entries`: a directory that was emptied and filled anew */
  aspect: 'content' | 'target' | 'mode' | 'owner' | 'kind' | 'entries'
  before: string
  after: string
}

export interface SettingDifference {
  kind: 'setting'
  key: 'image' | 'env' | 'command' | 'user' | 'memory' | 'cpus' | 'root' | 'restart' | 'mounts' | 'networks'
  /** in words; values of variables are never in them */
  expected: string
  actual: string
}

export const isFile = (difference: Difference): difference is FileDifference => difference.kind !== 'setting'

/** Tells one difference from another, also when they are looked for again. */
export const keyOf = (difference: Difference): string => JSON.stringify(difference)
