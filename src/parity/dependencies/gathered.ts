import type {Dependency} from '../facts.ts'
import {dependencyOrder} from './order.ts'

export interface Gathered {
  add(dependency: Dependency): void
  /** there are too many of them: those of further files are not wanted */
  isFull(): boolean
  /** each once and in one order */
  all(): Dependency[]
}

/**
 * Takes dependencies as they are found. Whether one is there already is looked at once in the end, and whenever there are twice as many as
 * may be: a set of all by what they are would take several times their own memory.
 */
export const gathering = (most: number): Gathered => {
  let found: Dependency[] = []
  let lookAt = 2 * most
  let scope = ''
  return {
    add(dependency) {
      // Most are in the directory of the one before: the same text once, and not as a piece of each path.
      if (dependency.scope !== scope) scope = dependency.scope
      found.push({...dependency, scope})
      if (found.length < lookAt) return
      found = unique(found)
      lookAt = found.length + most
    },
    isFull: () => lookAt > 2 * most,
    all: () => (found = unique(found)),
  }
}

const unique = (found: readonly Dependency[]): Dependency[] => {
  const sorted = found.toSorted(dependencyOrder)
  return sorted.filter((each, at) => {
    const before = sorted[at - 1]
    return before === undefined || dependencyOrder(before, each) !== 0
  })
}
