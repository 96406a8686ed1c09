import type {ReleaseName} from '../release/identity.ts'
import type {Outcome} from './outcome.ts'
import type {Split, Target, Traffic, Verified} from './ports.ts'

/**
 * Several apps that change together: none of them flips before all are verified, and then all do in one step. One for each app, of somebody
 * who knows them all.
 */
export interface Together {
  /** A new release of this app is on its way; what an older one of it had a part in, it has no longer. */
  begin(attempt: JointAttempt): Part
}

export interface JointAttempt {
  release: ReleaseName
  generation: number
  /** epoch ms of the first file event of the change that it is made for: apps whose changes began together belong together */
  firstEventMs: number
}

/** What one app's release has to do with the others of its change. */
export interface Part {
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
