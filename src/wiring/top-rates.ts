import type {ReleaseCounts} from '../lifecycle/ports.ts'
import {quantileMs} from '../release/latency.ts'

/** What happened between two looks. */
export interface Rates {
  /** since it got its first request */
  requests: number
  requestsPerS: number
  /** 5xx answers and failed connections, of the requests between the looks; 0 to 1, undefined without requests */
  errorShare: number | undefined
  /** time to the first byte that half of the requests between the looks took at most; undefined without requests */
  p50Ms: number | undefined
  /** that 95 % of them did */
  p95Ms: number | undefined
  /** of bodies: what it was sent, and what clients got of it */
  bytesInPerS: number
  bytesOutPerS: number
  /** of one core; undefined where it can't be told yet */
  cpuPercent: number | undefined
}

interface Moment {
  /** of one clock */
  atMs: number
  counts: ReleaseCounts | undefined
  /** CPU time used until then */
  cpuMs: number | undefined
}

export const between = (before: Moment, now: Moment): Rates => {
  const passedMs = now.atMs - before.atMs
  // A proxy that was started meanwhile counts from zero again.
  const base = (before.counts?.requests ?? 0) > (now.counts?.requests ?? 0) ? undefined : before.counts
  const since = (field: 'requests' | 'serverErrors' | 'failures' | 'bytesIn' | 'bytesOut') =>
    (now.counts?.[field] ?? 0) - (base?.[field] ?? 0)
  const requests = since('requests')
  const latency = (now.counts?.latency ?? []).map((count, bucket) => count - (base?.latency[bucket] ?? 0))
  return {
    requests: now.counts?.requests ?? 0,
    requestsPerS: (requests * 1000) / passedMs,
    errorShare: requests > 0 ? (since('serverErrors') + since('failures')) / requests : undefined,
    p50Ms: quantileMs(latency, 0.5),
    p95Ms: quantileMs(latency, 0.95),
    bytesInPerS: (since('bytesIn') * 1000) / passedMs,
    bytesOutPerS: (since('bytesOut') * 1000) / passedMs,
    cpuPercent:
      now.cpuMs === undefined || before.cpuMs === undefined ? undefined : ((now.cpuMs - before.cpuMs) * 100) / passedMs,
  }
}
