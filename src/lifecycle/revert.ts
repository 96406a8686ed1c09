import {firstCause, isImmError} from '../errors.ts'
import {imageReference, type ReleaseName} from '../release/identity.ts'
import {cleanUp} from './clean-up.ts'
import type {RevertEvidence} from './events.ts'
import type {Member} from './member.ts'
import {drain, recall, removeOutgoing, stopGraceMs} from './retire.ts'
import type {Run} from './run.ts'
import type {Outgoing} from './standing.ts'

/** Gives the traffic to a release (undefined: the one before) with this generation: at once where it is warm. */
export type GiveBack = (to: ReleaseName | undefined, generation: number) => Promise<Member>

export interface Reverting {
  bad: Member
  to: ReleaseName | undefined
  evidence: readonly RevertEvidence[]
  /** it never proved itself: it becomes no place to roll back to */
  forGood: boolean
}

/**
 * Gives the traffic back to the release before, and takes the bad one away once its requests have ended. With the generation that the bad one
 * has: a newer release that is on its way must still overtake it. False where there is nothing to go back to.
 */
export const revert = async (
  {bad, to, evidence, forGood}: Reverting,
  giveBack: GiveBack,
  at: Run,
  signal: AbortSignal,
): Promise<boolean> => {
  const {emit, background} = at.world
  try {
    const back = await giveBack(to, bad.generation)
    emit({type: 'reverted', release: bad.release, to: back.release, evidence})
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(firstCause(error))) throw error
    return false
  }
  const outgoing = at.standing.previous.find(({member}) => member.release === bad.release)
  if (outgoing) background.add(dismiss(outgoing, forGood, at))
  return true
}

/** No rollback may find it warm, so that it drains on its own. */
const dismiss = async (outgoing: Outgoing, forGood: boolean, at: Run): Promise<void> => {
  const {world, standing, atOnce} = at
  const member = await recall(outgoing, standing, outgoing.member.generation)
  try {
    const drained = await drain(member, world, atOnce)
    world.emit({type: 'retired', release: member.release, ...drained, warm: false, stopped: false})
  } catch (error) {
    if (!atOnce.aborted) throw error
  } finally {
    await removeOutgoing(outgoing, standing, world)
  }
  const reference = imageReference(world.id, member.release)
  if (forGood) await cleanUp(async () => world.engine.untag(reference, AbortSignal.timeout(stopGraceMs)), at)
}
