export interface Random {
  /** from 0, below `limit` */
  below: (limit: number) => number
  oneOf: <T>(values: readonly T[]) => T
}

/** The same numbers for the same seed (mulberry32). */
export const random = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {below, oneOf: (values) => values[below(values.length)] as (typeof values)[number]}
}
