import {isImmError} from '../errors.ts'
import type {Run} from './run.ts'

/**
 * Takes away what is not wanted any more; resolves when that is done or has failed. Never the cause of anything: a failure is a warning,
 * and what an engine can't do while it is away is done when it is back.
 */
export const cleanUp = async (
  work: () => Promise<void>,
  {world, standing}: Pick<Run, 'world' | 'standing'>,
): Promise<void> => {
  const done = work().catch((error: unknown) => {
    if (!isImmError(error, 'ENGINE_LOST')) throw error
    standing.postponed.push(work)
  })
  world.background.add(done)
  await done.catch(() => undefined)
}
