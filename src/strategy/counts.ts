/** What is compared of a release: as the proxy counts it, or the part of that since some moment. */
export interface Counts {
  requests: number
  /** answers 500 to 599 of the application itself */
  serverErrors: number
  /** connections refused, reset, or no answer */
  failures: number
  /** requests per bucket of `latencyBoundsMs` */
  latency: readonly number[]
}

export const noCounts: Counts = {requests: 0, serverErrors: 0, failures: 0, latency: []}

/** What was counted between two looks at one release. */
export const countsSince = (before: Counts, now: Counts): Counts => ({
  // A proxy that was started again meanwhile counts from nothing.
  requests: Math.max(0, now.requests - before.requests),
  serverErrors: Math.max(0, now.serverErrors - before.serverErrors),
  failures: Math.max(0, now.failures - before.failures),
  latency: now.latency.map((count, bucket) => Math.max(0, count - (before.latency[bucket] ?? 0))),
})

export const errorsOf = ({serverErrors, failures}: Counts): number => serverErrors + failures

/** 0 to 1; 0 where nothing was asked */
export const errorShareOf = (counts: Counts): number => (counts.requests === 0 ? 0 : errorsOf(counts) / counts.requests)
