import {compare} from './compare.ts'
import type {CanarySettings} from './settings.ts'
import type {Situation, Step} from './step.ts'

// Errors are noticed so soon, and nobody minds being asked so often.
const lookMs = 250

/** A growing share of the clients, as long as the candidate does no worse than the live release in the same time. */
export const canary = ({steps, limits, waitMs}: CanarySettings, situation: Situation): Step => {
  const {replicas, candidate, live, shifts, sinceMs, counts, asked} = situation
  if (candidate < replicas) return {do: 'start', replicas: replicas - candidate}
  // Nothing to compare with, and nobody to protect.
  if (live === 0 || asked === 'promote') return {do: 'promote'}
  const current = steps[shifts - 1]
  if (current) {
    const {verdict, evidence} = compare(counts.live, counts.candidate, limits)
    const leftMs = current.timeMs - sinceMs
    // A process that has just started answers slowly at first: its times count at the end of a step, its errors at once.
    const worse = evidence.find((one) => one.verdict === 'worse' && (one.measure === 'errors' || leftMs <= 0))
    if (worse)
      return {do: 'abort', code: 'CANARY_WORSE', why: whyWorse(worse.words, shifts, steps.length, current.weight)}
    if (leftMs > 0) return {do: 'wait', ms: Math.min(lookMs, leftMs)}
    const unasked = counts.live.requests + counts.candidate.requests === 0
    if (verdict === 'unsure' && !unasked && leftMs + waitMs > 0)
      return {do: 'wait', ms: Math.min(lookMs, leftMs + waitMs)}
  }
  const next = steps[shifts]
  return next ? {do: 'shift', weight: next.weight, of: steps.length, leastMs: next.timeMs} : {do: 'promote'}
}

const whyWorse = (words: string, step: number, steps: number, weight: number): string =>
  `worse than the live release in step ${step} of ${steps} (${(weight * 100).toFixed(0)} % of the clients): ${words}`
