import {isImmError} from '../errors.ts'
import type {Emit} from './events.ts'
import {isStopped} from './stopped.ts'
import type {Background} from './world.ts'

/** Collects work that nobody waits for, so that quitting can, and so that its failures are said. */
export const createBackground = (emit: Emit): Background => {
  const underWay = new Set<Promise<void>>()
  return {
    add(work) {
      const watched = work.then(
        () => undefined,
        (error: unknown) => {
          // A lost engine is told by whoever watches it; here it would be said once per container.
          if (isStopped(error) || isImmError(error, 'ENGINE_LOST')) return
          emit({type: 'warning', message: error instanceof Error ? error.message : String(error)})
        },
      )
      underWay.add(watched)
      void watched.finally(() => underWay.delete(watched))
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
