import {isImmError} from '../errors.ts'
import {eachReplica, type Member} from './member.ts'
import type {World} from './world.ts'

/** Passes on every line of a release's containers from their first to their last, across flips, until they have ended. */
export const followLogs = (member: Member, world: LogWorld, signal: AbortSignal, sinceMs?: number): void => {
  for (const replica of eachReplica(member)) followReplica(replica, world, signal, sinceMs)
}

type LogWorld = Pick<World, 'engine' | 'emit' | 'background'>

const followReplica = (
  {instance, release}: Pick<Member, 'instance' | 'release'>,
  {engine, emit, background}: LogWorld,
  signal: AbortSignal,
  sinceMs: number | undefined,
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
