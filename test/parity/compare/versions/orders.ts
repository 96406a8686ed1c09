import type {ExecutionContext} from 'ava'

/** That each is before the next, and all are in that order however two of them are compared. */
export const inOrder = (
  t: ExecutionContext,
  order: (a: string, b: string) => number | undefined,
  versions: readonly string[],
): void => {
  for (const [at, a] of versions.entries())
    for (const [other, b] of versions.entries())
      t.is(Math.sign(order(a, b) ?? NaN), Math.sign(at - other), `${a} and ${b}`)
}

export const equal = (
  t: ExecutionContext,
  order: (a: string, b: string) => number | undefined,
  pairs: readonly (readonly [string, string])[],
): void => {
  for (const [a, b] of pairs)
    t.deepEqual([order(a, b), order(b, a)].map(Math.abs as (n?: number) => number), [0, 0], `${a} and ${b}`)
}
