import {isImmError} from '../errors.ts'
import type {Member} from './member.ts'
import type {World} from './world.ts'

/** Passes on every line of a container from its first to its last, across flips, until it has ended. */
export const followLogs = (
  {instance, release}: Pick<Member, 'instance' | 'release'>,
  {engine, emit, background}: Pick<World, 'engine' | 'emit' | 'background'>,
  signal: AbortSignal,
  sinceMs?: number,
): void => {
  const follow = async () => {
    try {
      const options = {follow: true, ...(sinceMs === undefined ? {} : {sinceMs})}
      for await (const {stream, text} of engine.logs(instance.id, options, signal))
        emit({type: 'log', release, stream, text})
    } catch (error) {
      // The engine's going is said once, by who watches for it.
      if (!signal.aborted && !isImmError(error, 'ENGINE_LOST')) throw error
    }
  }
  background.add(follow())
}
