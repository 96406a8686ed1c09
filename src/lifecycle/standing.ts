import type {HeldStopped} from '../release/retention.ts'
import {replicasOf, type Member, type Replica} from './member.ts'
import type {Rollout} from './rollout/rollout.ts'

/** Who has the traffic in an environment, and who had it. */
export interface Standing {
  live: Member | undefined
  /** newest first; those beyond what is kept warm are on their way out */
  previous: Outgoing[]
  /** generation that needs no more watching: it passed its guard, or was chosen by hand */
  trusted?: number | undefined
  /** were warm before: their containers are kept stopped, for a rollback to know what they were started with */
  stopped: StoppedRelease[]
  /** has to do with the traffic and is not live yet */
  candidate?: Rollout | undefined
  /** the live release, from when it is told to end to make room for a candidate; what ends of it is no death */
  makingRoom?: Member | undefined
  /** the same, once nothing of it is left */
  madeRoom?: Member | undefined
  /** brings that back, because the candidate came to nothing */
  reviving?: {over: AbortController; done: Promise<void>} | undefined
  /** what the engine could not take away while it was gone; done when it is back */
  postponed: (() => Promise<void>)[]
}

/** A release whose containers are stopped. They are never started again: a rollback starts fresh ones like them. */
export interface StoppedRelease extends HeldStopped, Pick<Member, 'settingsDigest'> {
  /** ids of its containers */
  instances: readonly string[]
}

/** A release that lost the traffic: finishes its requests, then waits paused for a rollback, is stopped, or is removed. */
export interface Outgoing {
  readonly member: Member
  state: 'draining' | 'warm'
  /** aborted when a rollback wants it back before it is warm */
  readonly recall: AbortController
  /** resolves when it is warm, removed or recalled */
  settled: Promise<void>
}

/** Everything of the environment that runs and has been proved. */
export const membersOf = ({live, previous}: Standing): Member[] => [
  ...(live ? [live] : []),
  ...previous.map(({member}) => member),
]

/** Every container of those. */
export const containersOf = (standing: Standing): Replica[] => membersOf(standing).flatMap(replicasOf)
