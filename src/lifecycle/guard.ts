import type {GuardSettings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import {compare, type Comparison} from '../strategy/compare.ts'
import {noCounts, type Counts} from '../strategy/counts.ts'
import type {RevertEvidence} from './events.ts'
import type {Member} from './member.ts'
import type {ReleaseCounts} from './ports.ts'
import type {Run} from './run.ts'

const lookEveryMs = 150
// Below that nobody notices, and the first requests of any release are slow.
const noticeableMs = 500

/** How a release did in its window; `over`: another one has the traffic. */
export type Verdict =
  | {kind: 'ok' | 'unsure'; requests: number}
  | {kind: 'worse'; evidence: readonly RevertEvidence[]}
  | {kind: 'over'}

/**
 * Holds a release that just got the traffic to what the release before did over its whole life, until its window is over or it is worse.
 * Asked of the proxy only in that time.
 */
export const guard = async (
  member: Member,
  before: ReleaseName,
  settings: GuardSettings,
  {world: {clock, traffic}, standing}: Pick<Run, 'world' | 'standing'>,
  signal: AbortSignal,
): Promise<Verdict> => {
  const untilMs = clock.now() + settings.windowMs
  const history = countsOf(before, await traffic.counts(signal))
  for (;;) {
    const leftMs = untilMs - clock.now()
    if (leftMs > 0) await clock.sleep(Math.min(lookEveryMs, leftMs), signal)
    if (standing.live?.release !== member.release) return {kind: 'over'}
    const counts = countsOf(member.release, await traffic.counts(signal))
    const comparison = compare(history, counts, limitsOf(settings), 'the release before')
    if (comparison.verdict === 'worse') return {kind: 'worse', evidence: evidenceOf(comparison)}
    if (leftMs <= 0) return {kind: comparison.verdict, requests: counts.requests}
  }
}

const countsOf = (release: ReleaseName, counts: readonly ReleaseCounts[]): Counts =>
  counts.find((one) => one.release === release) ?? noCounts

const limitsOf = ({errors, latency, minRequests}: GuardSettings) => ({
  minRequests,
  errorShare: errors,
  latencyFactor: latency,
  latencyMs: noticeableMs,
})

const evidenceOf = ({evidence}: Comparison): RevertEvidence[] =>
  evidence
    .filter(({verdict}) => verdict === 'worse')
    .map(({measure, live, candidate, limit, words}) => ({measure, before: live, after: candidate, limit, words}))
