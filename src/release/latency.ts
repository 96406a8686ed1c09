/** Upper bounds in ms of the buckets that times to the first byte are counted in; one bucket more holds what took longer. */
export const latencyBoundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const

/**
 * The time that so great a share (0 to 1) of the requests took at most: within its bucket as if all times there were equally likely; for
 * what took longer than the last bound that bound. Undefined where nothing was counted.
 */
export const quantileMs = (latency: readonly number[], share: number): number | undefined => {
  const total = latency.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const wanted = share * total
  let below = 0
  for (const [bucket, count] of latency.entries()) {
    const fromMs = latencyBoundsMs[bucket - 1] ?? 0
    const toMs = latencyBoundsMs[bucket] ?? fromMs
    if (count > 0 && below + count >= wanted)
      return fromMs + (toMs - fromMs) * Math.min(1, Math.max(0, (wanted - below) / count))
    below += count
  }
  return latencyBoundsMs.at(-1)
}
