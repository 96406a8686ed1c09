import type {Counts} from './counts.ts'

/** How far a candidate has come, and how it does. */
export interface Situation {
  /** replicas that it is to have */
  replicas: number
  /** replicas of it that are proved healthy */
  candidate: number
  /** replicas of the live release that take requests; 0: nothing is live */
  live: number
  /** whether containers of other releases are there, also paused ones */
  alone: boolean
  /** the candidate's share of the clients, 0 to 1 */
  weight: number
  /** how often that was set */
  shifts: number
  /** since it was last set */
  sinceMs: number
  /** since it was last set, of each release */
  counts: {live: Counts; candidate: Counts}
  mirror: MirrorSituation
  /** by a person, while it is under way */
  asked: Asked | undefined
}

export type MirrorSituation =
  | {state: 'not yet'}
  /** `requests`: answers that were compared */
  | {state: 'on'; sinceMs: number; requests: number; differing: number}
  | {state: 'over'; requests: number; differing: number}

export type Asked = 'promote' | 'abort'

/** What comes next for a candidate. */
export type Step =
  /** Let no other release run: hold its requests, let those under way end, and stop it. */
  | {do: 'clear'}
  /** Start so many replicas more, and prove them healthy. */
  | {do: 'start'; replicas: number}
  /** Copy live requests to the candidate. */
  | {do: 'mirror'; share: number}
  /** No copies any more, and tell what they showed. */
  | {do: 'report'}
  /** Give the candidate this share of the clients. `of`: how many such steps there are, `leastMs`: how long it has it at least, where that is known. */
  | {do: 'shift'; weight: number; of: number | undefined; leastMs?: number}
  /** Let so many replicas of the live release rest, once their requests have ended; the candidate has this share then. */
  | {do: 'rest'; replicas: number; weight: number}
  /** Look again after so long, or as soon as somebody asks for something. */
  | {do: 'wait'; ms: number}
  /** Give it all of the traffic: it is live then, and all its replicas that are missing are started. */
  | {do: 'promote'}
  /** Give it up: the live release has all of the traffic again. */
  | {do: 'abort'; code: 'ABORTED' | 'CANARY_WORSE' | 'MIRROR_DIFFERS'; why: string}
