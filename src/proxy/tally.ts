import type {MirrorCounts} from '../lifecycle/ports.ts'
import {latencyBoundsMs} from '../release/latency.ts'

/** What is counted of a release, over all its lanes. */
export interface Tally {
  requests: number
  /** by the first digit of the status */
  readonly answers: number[]
  failures: number
  bytesIn: number
  bytesOut: number
  /** per bucket of `latencyBoundsMs`, and one for the rest */
  readonly latency: number[]
  /** of all that are in those buckets */
  latencySumMs: number
  /** of a release that got copies */
  mirrored: {requests: number; differing: number; readonly examples: MirrorCounts['examples'][number][]} | undefined
}

export const newTally = (): Tally => ({
  requests: 0,
  answers: Array.from<number>({length: 10}).fill(0),
  failures: 0,
  bytesIn: 0,
  bytesOut: 0,
  latency: [...latencyBoundsMs, 0].fill(0),
  latencySumMs: 0,
  mirrored: undefined,
})

/** The head of an answer has come, `ms` after the request was sent. */
export const countAnswer = (tally: Tally, status: number, ms: number): void => {
  // Three digits, whoever sent them.
  ;(tally.answers[Math.floor(status / 100)] as number)++
  tally.latencySumMs += ms
  let bucket = 0
  while (bucket < latencyBoundsMs.length && ms > (latencyBoundsMs[bucket] as number)) bucket++
  ;(tally.latency[bucket] as number)++
}
