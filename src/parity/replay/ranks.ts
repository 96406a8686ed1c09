/**
 * How likely two samples as different as these come from one distribution, two-sided (Mann and Whitney's U with the normal approximation, a
 * correction for ties and for continuity): good from about 8 of each on, and of times it asks nothing but their order.
 */
export const rankTest = (a: readonly number[], b: readonly number[]): number => {
  const all = [...a.map((value) => ({value, isA: true})), ...b.map((value) => ({value, isA: false}))].toSorted(
    (one, other) => one.value - other.value,
  )
  let ranksOfA = 0
  let ties = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to++
    const count = to - from
    // Equal ones share the mean of their ranks, which begin at 1.
    for (let at = from; at < to; at++) if (all[at]?.isA) ranksOfA += (from + 1 + to) / 2
    ties += count ** 3 - count
    from = to
  }
  const [n, m] = [a.length, b.length]
  const total = n + m
  const u = ranksOfA - (n * (n + 1)) / 2
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))))
  if (!(deviation > 0)) return 1
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / deviation
  return 2 * upperTail(z)
}

/** Of the normal distribution (Abramowitz and Stegun 26.2.17; right to 7.5e-8). */
const upperTail = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z)
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
