import type {ImageFacts} from '../image/image.ts'
import type {Reduction} from '../image/reduction.ts'
import type {Problem} from '../reduced/problem.ts'

export type Holder = Pick<ImageFacts, 'tree' | 'content'>

/** One language: which files tell of its runtime, and what they say. */
export interface Language {
  name: string
  /** of the files that may tell something: what to keep of each */
  file: (path: string) => Reduction | undefined
  /** asked for each of those files that is there; undefined where it is no runtime after all */
  versionAt: (image: Holder, path: string) => string | Problem | undefined
}
