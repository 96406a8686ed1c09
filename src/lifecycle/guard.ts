import type {GuardSettings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import {compare, type Evidence} from '../strategy/compare.ts'
import {countsSince, noCounts, type Counts} from '../strategy/counts.ts'
import type {RevertEvidence} from './events.ts'
import {hasEnded} from './exits.ts'
import {replicasOf, type Member} from './member.ts'
import type {Engine, ReleaseCounts} from './ports.ts'
import type {Run} from './run.ts'

const lookEveryMs = 150
// Below that nobody notices.
const noticeableMs = 500
// A process that has just begun compiles and fills its caches: how fast it answers is looked at afterwards.
const warmUpMs = 2000
const than = 'the release before'

/** How a release did in its window; `over`: another one has the traffic. */
export type Verdict =
  | {kind: 'ok' | 'unsure'; requests: number}
  | {kind: 'worse'; evidence: readonly RevertEvidence[]}
  | {kind: 'over'}

/**
 * Holds a release that just got the traffic to what the release before did over its whole life, until its window is over or it is worse.
 * Asked of the proxy only in that time. A worker gets no requests: all it can do is to stay up, and its end is seen by who replaces it.
 */
export const guard = async (
  member: Member,
  before: ReleaseName,
  settings: GuardSettings,
  {world: {clock, traffic, engine}, standing}: Pick<Run, 'world' | 'standing'>,
  signal: AbortSignal,
): Promise<Verdict> => {
  const counted = async () => (member.port === 0 ? [] : traffic.counts(signal))
  const untilMs = clock.now() + settings.windowMs
  const warmMs = clock.now() + Math.min(warmUpMs, settings.windowMs / 4)
  const history = countsOf(before, await counted())
  let containers = idsOf(member)
  let base: Counts = noCounts
  let warm: Counts | undefined
  for (;;) {
    const leftMs = untilMs - clock.now()
    if (leftMs > 0) await clock.sleep(Math.min(lookEveryMs, leftMs), signal)
    const {live} = standing
    if (live?.release !== member.release) return {kind: 'over'}
    const counts = countsOf(member.release, await counted())
    // What a container's death cost is no word about its release; who killed itself is given up by who replaces it.
    if (idsOf(live) !== containers) base = counts
    containers = idsOf(live)
    const [errors] = compare(history, countsSince(base, counts), limitsOf(settings), than).evidence
    const latency = warm && compare(history, countsSince(warm, counts), limitsOf(settings), than).evidence[1]
    const worse = [errors, latency].filter((each) => each?.verdict === 'worse')
    if (worse.length > 0 && (await stands(live, engine, signal)))
      return {kind: 'worse', evidence: worse.flatMap((each) => (each ? [evidenceOf(each)] : []))}
    if (leftMs <= 0) {
      const isOk = member.port === 0 || errors.verdict === 'ok'
      return {kind: isOk ? 'ok' : 'unsure', requests: counts.requests}
    }
    if (clock.now() >= warmMs) warm ??= counts
  }
}

const idsOf = (member: Member): string =>
  replicasOf(member)
    .map(({instance}) => instance.id)
    .join(' ')

/** Whether all its containers run. */
const stands = async (member: Member, engine: Engine, signal: AbortSignal): Promise<boolean> => {
  const found = await Promise.all(replicasOf(member).map(async ({instance}) => engine.instance(instance.id, signal)))
  return found.every((instance) => instance && !hasEnded(instance))
}

const countsOf = (release: ReleaseName, counts: readonly ReleaseCounts[]): Counts =>
  counts.find((one) => one.release === release) ?? noCounts

const limitsOf = ({errors, latency, minRequests}: GuardSettings) => ({
  minRequests,
  errorShare: errors,
  latencyFactor: latency,
  latencyMs: noticeableMs,
})

const evidenceOf = ({measure, live, candidate, limit, words}: Evidence): RevertEvidence => ({
  measure,
  before: live,
  after: candidate,
  limit,
  words,
})
