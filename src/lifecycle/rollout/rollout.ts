import {ImmBug} from '../../errors.ts'
import type {ReleaseName} from '../../release/identity.ts'
import {noCounts, type Counts} from '../../strategy/counts.ts'
import {wayOf, type Cause, type Way} from '../../strategy/next-step.ts'
import type {Asked} from '../../strategy/step.ts'
import type {LiveCause} from '../events.ts'
import {replicaNumber} from '../launch.ts'
import {replicasOf, withReplicas, type Member} from '../member.ts'
import type {Target, Verified} from '../ports.ts'
import type {Run} from '../run.ts'
import {strategyOf} from './strategy-of.ts'

/** A candidate on its way to the traffic. */
export interface Rollout {
  readonly cause: Cause
  readonly way: Way
  readonly release: ReleaseName
  /** all its replicas so far; undefined before the first were started */
  member: Member | undefined
  /** those that are proved */
  readonly targets: Verified<Target>[]
  /** share of the clients, 0 to 1 */
  weight: number
  /** how often that was set, and of how many times, where that is known */
  shifts: number
  of: number | undefined
  /** when it was last set, and what was counted by then */
  sinceMs: number
  before: {live: Counts; candidate: Counts}
  mirror: {state: 'not yet' | 'on' | 'over'; share: number; sinceMs: number}
  /** ids of the live release's containers that made room: paused, ready to come back */
  readonly resting: Set<string>
  asked: Asked | undefined
  /** somebody asked while it waited */
  wake: () => void
  /** aborted with the reason when one of its containers ends */
  readonly lost: AbortController
  /** aborted once nobody needs to know that any more */
  readonly over: AbortController
  /** resolves with whether it went live, once it did or the traffic is given back */
  readonly ended: PromiseWithResolvers<boolean>
}

const causeOf = (why: LiveCause): Cause => (why === 'replace' || why === 'change' ? why : 'rollback')

export const beginRollout = (
  {release, settings}: Pick<Member, 'release' | 'settings'>,
  why: LiveCause,
  {world, standing}: Run,
): Rollout => ({
  cause: causeOf(why),
  way: wayOf(
    causeOf(why),
    {strategy: strategyOf(settings), mirror: settings.mirror},
    standing.live && strategyOf(standing.live.settings),
  ),
  release,
  member: undefined,
  targets: [],
  weight: 0,
  shifts: 0,
  of: undefined,
  sinceMs: world.clock.now(),
  before: {live: noCounts, candidate: noCounts},
  mirror: {state: 'not yet', share: 0, sinceMs: 0},
  resting: new Set(),
  asked: undefined,
  wake: () => undefined,
  lost: new AbortController(),
  over: new AbortController(),
  ended: Promise.withResolvers(),
})

/** The candidate with what was started of it. */
export const memberIn = ({release, member}: Rollout): Member => {
  if (!member) throw new ImmBug(`${release} was to be promoted before any container of it ran`)
  return member
}

/** Its replicas, with these ones more. */
export const addReplicas = (rollout: Rollout, more: Member): void => {
  const all = [...(rollout.member ? replicasOf(rollout.member) : []), ...replicasOf(more)]
  rollout.member = withReplicas(more, all)
}

/** Numbers for so many replicas more. */
export const numbersFor = (member: Member | undefined, count: number): number[] => {
  const used = new Set((member ? replicasOf(member) : []).map(({instance}) => replicaNumber(instance)))
  return Array.from({length: used.size + count}, (_, index) => index + 1)
    .filter((number) => !used.has(number))
    .slice(0, count)
}

/** Whether it has had to do with the traffic. */
export const hadPart = ({shifts, mirror}: Rollout): boolean => shifts > 0 || mirror.state !== 'not yet'
