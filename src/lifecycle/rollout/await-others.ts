import {ImmError} from '../../errors.ts'
import type {Part} from '../together.ts'
import type {Rollout} from './rollout.ts'

/** Waits until the other apps of its change are verified as well, or it alone is missing, unless somebody asks to give it up. */
export const awaitOthers = async (
  part: Part,
  until: 'missing' | 'ready',
  rollout: Rollout,
  signal: AbortSignal,
): Promise<void> => {
  const givenUp = new AbortController()
  rollout.wake = () => {
    if (rollout.asked === 'abort') givenUp.abort(new ImmError('ABORTED', 'somebody asked to give it up'))
  }
  await part[until](AbortSignal.any([signal, givenUp.signal]))
}
