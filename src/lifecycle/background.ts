import {firstCause, isImmError} from '../errors.ts'
import type {Emit} from './events.ts'
import {isStopped} from './stopped.ts'
import type {Background} from './world.ts'

/**
 * Collects work that nobody waits for, so that quitting can. What goes wrong there is said as a warning and never replaces the cause of
 * anything; what imm took for impossible goes to `onBug`.
 */
export const createBackground = (emit: Emit, onBug: (error: unknown) => void): Background => {
  const underWay = new Set<Promise<void>>()
  const failed = (failure: unknown): void => {
    const error = firstCause(failure)
    // A lost engine is told by whoever watches it; here it would be said once per container.
    if (isStopped(error) || isImmError(error, 'ENGINE_LOST')) return
    if (isImmError(error)) emit({type: 'warning', message: `${error.message} (${error.next})`})
    else onBug(error)
  }
  return {
    add(work) {
      const watched = work.then(() => undefined, failed)
      underWay.add(watched)
      void watched.finally(() => underWay.delete(watched))
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
