import {countsSince, noCounts, type Counts} from '../../strategy/counts.ts'
import type {MirrorSituation, Situation} from '../../strategy/step.ts'
import type {ReleaseCounts} from '../ports.ts'
import type {Run} from '../run.ts'
import type {Rollout} from './rollout.ts'
import {servingOf} from './share.ts'

/** How far the candidate has come, and how it does. */
export const situationOf = async (
  rollout: Rollout,
  replicas: number,
  at: Run,
  signal: AbortSignal,
): Promise<Situation> => {
  const {world, standing} = at
  const {release, targets, weight, shifts, sinceMs, before, asked} = rollout
  const counted = rollout.mirror.state !== 'not yet' || weight > 0 ? await world.traffic.counts(signal) : []
  const nowMs = world.clock.now()
  return {
    replicas,
    candidate: targets.length,
    live: servingOf(standing, rollout),
    alone: standing.previous.length === 0 && standing.live === standing.madeRoom && !standing.reviving,
    weight,
    shifts,
    sinceMs: nowMs - sinceMs,
    counts: {
      live: countsSince(before.live, countsOf(standing.live?.release, counted)),
      candidate: countsSince(before.candidate, countsOf(release, counted)),
    },
    mirror: mirrorOf(rollout, counted, nowMs),
    asked,
  }
}

export const countsOf = (release: string | undefined, counted: readonly ReleaseCounts[]): Counts =>
  counted.find((one) => one.release === release) ?? noCounts

const mirrorOf = ({release, mirror}: Rollout, counted: readonly ReleaseCounts[], nowMs: number): MirrorSituation => {
  const {requests = 0, differing = 0} = counted.find((one) => one.release === release)?.mirrored ?? {}
  switch (mirror.state) {
    case 'not yet':
      return {state: 'not yet'}
    case 'on':
      return {state: 'on', sinceMs: nowMs - mirror.sinceMs, requests, differing}
    case 'over':
      return {state: 'over', requests, differing}
    default:
      return mirror.state satisfies never
  }
}
