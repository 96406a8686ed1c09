import type {Both, Either} from './difference.ts'

/**
 * What is the same thing on both sides together, and what one side alone has by itself, in that order. Without a map: of two sides with half a
 * million files that would be a third one. Lists that are in order already are put in order in no time.
 */
export function* paired<T>(
  sides: Both<readonly T[]>,
  order: (left: T, right: T) => number,
): Generator<Either<T>, void, undefined> {
  const [a, b] = [sides.a.toSorted(order), sides.b.toSorted(order)]
  for (let atA = 0, atB = 0; atA < a.length || atB < b.length;) {
    const [left, right] = [a[atA], b[atB]]
    const which = left === undefined ? 1 : right === undefined ? -1 : order(left, right)
    if (which <= 0) atA++
    if (which >= 0) atB++
    yield {...(which <= 0 && {a: left}), ...(which >= 0 && {b: right})}
  }
}
