import type {Dependency} from '../../facts.ts'
import type {Both} from '../difference.ts'

/**
 * What is left of both sides without the libraries that both have in the same versions, by what tells libraries apart. Of 50,000 a few differ,
 * and whatever groups them and puts them in order is many times as large as they are.
 */
export const changedOf = (
  {a, b}: Both<readonly Dependency[]>,
  keyOf: (each: Dependency) => string,
): Both<readonly Dependency[]> => {
  const changed = new Set<string>()
  for (const each of without(a, b, keyOf)) changed.add(keyOf(each))
  for (const each of without(b, a, keyOf)) changed.add(keyOf(each))
  const left = (side: readonly Dependency[]) => side.filter((each) => changed.has(keyOf(each)))
  return {a: left(a), b: left(b)}
}

const without = (
  side: readonly Dependency[],
  other: readonly Dependency[],
  keyOf: (each: Dependency) => string,
): Dependency[] => {
  const exactly = (each: Dependency) => `${keyOf(each)}\0${each.version}`
  const there = new Set<string>()
  for (const each of other) there.add(exactly(each))
  return side.filter((each) => !there.has(exactly(each)))
}
