import type {ReleaseName} from '../release/identity.ts'
import type {Happening} from './events.ts'
import type {Outcome} from './outcome.ts'
import type {Split, Target, Traffic, Verified} from './ports.ts'

/**
 * Several apps that change together: none of them flips before all are verified, and then all do in one step. One for each app, of somebody
 * who knows them all.
 */
export interface Together {
  /** It is being found out whether there is something new of this app; the one that was called tells once that is known. */
  looks(): () => void
  /** A new release of this app is on its way; what an older one of it had a part in, it has no longer. */
  begin(attempt: JointAttempt): Part
  /** What happens to this app. */
  heard(happening: Happening): void
}

export interface JointAttempt {
  release: ReleaseName
  generation: number
  /** epoch ms of the first file event of the change that it is made for: the other apps' events of the same save come a moment later */
  firstEventMs: number
}

/** What one app's release has to do with the others of its change. */
export interface Part {
  /**
   * Resolves once all others are verified, and it alone is missing: asked by what can't run beside its predecessor, before that ends.
   * TOGETHER_REJECTED as of `ready`.
   */
  missing(signal: AbortSignal): Promise<void>
  /**
   * It is verified, and waits for the others: nobody's turn is taken meanwhile, and what is live is looked after. TOGETHER_REJECTED where
   * another one came to nothing, and says which.
   */
  ready(signal: AbortSignal): Promise<void>
  /**
   * In place of `Traffic.split`: resolves once the splits of all were made, in one call. The app's turn is taken, so that nothing of what the split
   * says can change before it is made; the others are on their way here. TOGETHER_REJECTED where one of them is not any more: then
   * no split was made. Once they are made, it can't reject.
   */
  split(split: Split<Verified<Target>>, signal: AbortSignal): ReturnType<Traffic['split']>
  /** How the release ended; called once, whatever became of it. Superseded, a newer one of the same app follows. */
  ended(outcome: Outcome): void
}

/** Works on a release that may have a part in a change of several. */
export const inPart = async (
  together: Together | undefined,
  attempt: JointAttempt,
  work: (part: Part | undefined) => Promise<Outcome>,
): Promise<Outcome> => {
  const part = together?.begin(attempt)
  let outcome: Outcome = {kind: 'superseded'}
  try {
    outcome = await work(part)
    return outcome
  } finally {
    part?.ended(outcome)
  }
}

/** Finds out whether there is something new: a release of it has begun by the end. */
export const looking = async (together: Together | undefined, work: () => Promise<void>): Promise<void> => {
  const known = together?.looks()
  try {
    await work()
  } finally {
    known?.()
  }
}
