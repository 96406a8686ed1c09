import type {Gap} from '../facts.ts'
import type {Problem} from './problem.ts'

export interface Unreadable extends Problem {
  path: string
}

const named = 3

/** One gap for all files that can't be read, the first of them by name. */
export const gapOf = (part: Gap['part'], unreadable: readonly Unreadable[]): Gap[] => {
  if (unreadable.length === 0) return []
  const first = unreadable.slice(0, named).map(({path, problem}) => `${path}: ${problem}`)
  const more = unreadable.length - first.length
  return [{part, reason: `not all files can be read: ${first.join('; ')}${more > 0 ? `; and ${more} more` : ''}`}]
}
