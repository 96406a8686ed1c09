import type {Attachment, ContainerOptions} from '../../../release/container.ts'

type Names = Omit<Attachment, 'networks' | 'mode'>

/** What of a container's options has no place of its own in a `RunSide`, and memory, which decides the default for swap. */
export type Given = {[Key in keyof (ContainerOptions & Names)]?: (ContainerOptions & Names)[Key] | undefined} & {
  memoryBytes?: number | undefined
}
