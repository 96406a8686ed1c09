import type {Dependency} from '../facts.ts'
import type {Reduction} from '../image/reduction.ts'

export type Named = readonly [name: string, version: string]

/** A file that tells of dependencies. */
export interface Source extends Pick<Dependency, 'ecosystem' | 'scope' | 'source'> {
  /** what the file is reduced to; none where its path says all */
  reduction?: Reduction
  /** of what the file was reduced to, which is the names themselves for most */
  read?: (value: unknown) => readonly Named[]
  /** a file that says it better: if that is there, this one is left alone */
  unless?: string
}

export type SourceOf = (path: string) => Source | undefined
