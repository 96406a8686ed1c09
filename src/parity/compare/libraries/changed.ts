import {dependencyOrder} from '../../dependencies/order.ts'
import type {Dependency} from '../../facts.ts'
import type {Both} from '../difference.ts'
import {paired} from '../paired.ts'

/**
 * What is left of both sides without the libraries that both have in the same versions, by what tells libraries apart. Of 50,000 a few differ,
 * and whatever groups them and puts them in order is many times as large as they are.
 */
export const changedOf = (
  sides: Both<readonly Dependency[]>,
  keyOf: (each: Dependency) => string,
): Both<readonly Dependency[]> => {
  const changed = new Set<string>()
  for (const {a, b} of paired(sides, dependencyOrder)) {
    const alone = a === undefined ? b : b === undefined ? a : undefined
    if (alone !== undefined) changed.add(keyOf(alone))
  }
  const left = (side: readonly Dependency[]) => side.filter((each) => changed.has(keyOf(each)))
  return {a: left(sides.a), b: left(sides.b)}
}
