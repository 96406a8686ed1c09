import {ImmError} from '../../errors.ts'
import type {ReleaseName} from '../../release/identity.ts'
import type {StrategySettings} from '../../strategy/settings.ts'
import type {Asked} from '../../strategy/step.ts'
import type {Standing} from '../standing.ts'

/**
 * Ends what a candidate does between its proof and the flip: it goes live at once, or is given up. Resolves once that has happened.
 * NOT_UNDER_WAY where none does anything there, or nothing that could be cut short.
 */
export const ask = async (asked: Asked, {candidate}: Pick<Standing, 'candidate'>): Promise<ReleaseName> => {
  const waits = candidate?.way.strategy.kind === 'canary' || candidate?.way.mirror !== undefined
  if (!candidate || (asked === 'promote' && !waits))
    throw new ImmError(
      'NOT_UNDER_WAY',
      candidate
        ? `${candidate.release} takes over by itself, without waiting`
        : 'no release is taking over the traffic now',
    )
  candidate.asked = asked
  candidate.wake()
  const isLive = await candidate.ended.promise
  if (asked === 'promote' && !isLive)
    throw new ImmError('ABORTED', `${candidate.release} was given up before it could be promoted`)
  if (asked === 'abort' && isLive)
    throw new ImmError('NOT_UNDER_WAY', `${candidate.release} went live before it could be given up`, {
      next: '`imm rollback` gives the traffic back.',
    })
  return candidate.release
}

/** How far a candidate has come that takes over in steps. */
export const takingOver = ({candidate}: Pick<Standing, 'candidate'>): TakingOver | undefined => {
  if (!candidate) return undefined
  const {release, way, weight, shifts, of} = candidate
  return {release, strategy: way.strategy.kind, weight, step: shifts, of}
}

export interface TakingOver {
  release: ReleaseName
  strategy: StrategySettings['kind']
  weight: number
  step: number
  of: number | undefined
}
