import {createHash} from 'node:crypto'

import {slug, slugWithSuffix} from '../release/names.ts'

/** A ref by its name in git and by what people call it. */
export interface NamedRef {
  /** `refs/heads/feature/x`: what tells it from all others */
  ref: string
  /** `feature/x` */
  name: string
}

/** The environment that `imm dev` has by default: never a preview's. */
const reserved = 'main'

const suffixLengths = [4, 8, 16, 32]

/** What the environment of a ref may be called, the best first: a slug of its name, and with a digest of the ref where that is another's. */
export const environmentNames = ({ref, name}: NamedRef): readonly string[] => {
  const digest = createHash('sha256').update(ref).digest('hex')
  const plain = slug(name)
  return [
    ...(plain === reserved ? [] : [plain]),
    ...suffixLengths.map((length) => slugWithSuffix(name, digest.slice(0, length))),
  ]
}

/** The environment of a ref: the first of its names that is nobody else's. */
export const environmentOf = (ref: NamedRef, isTaken: (environment: string) => boolean): string => {
  const names = environmentNames(ref)
  return names.find((name) => !isTaken(name)) ?? (names.at(-1) as string)
}
