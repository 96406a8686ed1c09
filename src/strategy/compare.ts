import {quantileMs} from '../release/latency.ts'
import {errorShareOf, errorsOf, type Counts} from './counts.ts'

/** How much worse than the live release a candidate may be. */
export interface Limits {
  /** with fewer requests nothing is certain, neither good nor bad */
  minRequests: number
  /** 0 to 1: by how much its share of errors and failures may be above the live release's */
  errorShare: number
  /** its p95 may be so many times that of the live release */
  latencyFactor: number
  /** ms: a p95 that is longer by less is no difference, whatever the factor */
  latencyMs: number
}

export interface Evidence {
  measure: 'errors' | 'latency'
  verdict: Judgement
  /** share of errors (0 to 1), or p95 in ms; undefined where there is none yet */
  live: number | undefined
  candidate: number | undefined
  /** what the candidate's number may be at most */
  limit: number | undefined
  /** the numbers and the limit, for people */
  words: string
}

export type Judgement = 'ok' | 'unsure' | 'worse'

export interface Comparison {
  verdict: Judgement
  evidence: readonly [Evidence, Evidence]
}

/** How a candidate does beside the live release, from what was counted of both in the same time. `than`: what the words call that one. */
export const compare = (live: Counts, candidate: Counts, limits: Limits, than = 'the live release'): Comparison => {
  const evidence = [errors(live, candidate, limits, than), latency(live, candidate, limits, than)] as const
  const verdicts = evidence.map(({verdict}) => verdict)
  // Latency that can't be judged holds nobody up: the errors can, with the same number of requests.
  const verdict = verdicts.includes('worse') ? 'worse' : evidence[0].verdict
  return {verdict, evidence}
}

const errors = (live: Counts, candidate: Counts, {minRequests, errorShare}: Limits, than: string): Evidence => {
  const limit = errorShareOf(live) + errorShare
  const words = `${failedOf(candidate)}, of ${than} ${failedOf(live)}; at most ${percent(limit)} allowed`
  const evidence = {measure: 'errors', live: errorShareOf(live), candidate: errorShareOf(candidate), limit} as const
  // What is past the limit even if all that is missing to a fair number went well needs no more requests.
  const above = errorsOf(candidate) / Math.max(candidate.requests, minRequests, 1) > limit
  // A lone error is no pattern: the next one, or enough that goes well, decides.
  if (above) return {...evidence, verdict: errorsOf(candidate) > 1 ? 'worse' : 'unsure', words}
  if (candidate.requests >= minRequests) return {...evidence, verdict: 'ok', words}
  return {...evidence, verdict: 'unsure', words: `${words}; ${minRequests} requests decide`}
}

const latency = (
  live: Counts,
  candidate: Counts,
  {minRequests, latencyFactor, latencyMs}: Limits,
  than: string,
): Evidence => {
  const liveP95 = quantileMs(live.latency, 0.95)
  const candidateP95 = quantileMs(candidate.latency, 0.95)
  const evidence = {measure: 'latency', live: liveP95, candidate: candidateP95} as const
  if (liveP95 === undefined || candidateP95 === undefined)
    return {...evidence, limit: undefined, verdict: 'unsure', words: 'no answers yet to compare times of'}
  const limit = Math.max(liveP95 * latencyFactor, liveP95 + latencyMs)
  const words = `p95 ${milliseconds(candidateP95)}, of ${than} ${milliseconds(liveP95)}; at most ${milliseconds(limit)} allowed`
  if (Math.min(live.requests, candidate.requests) < minRequests)
    return {...evidence, limit, verdict: 'unsure', words: `${words}; ${minRequests} requests of each decide`}
  return {...evidence, limit, verdict: candidateP95 > limit ? 'worse' : 'ok', words}
}

const failedOf = (counts: Counts): string =>
  `${errorsOf(counts)} of ${counts.requests} failed (${percent(errorShareOf(counts))})`

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
