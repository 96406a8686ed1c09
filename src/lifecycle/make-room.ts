import {isImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import {keepWithinPolicy} from './prune.ts'
import type {Run} from './run.ts'

/** Only what must stay: what is live, warm, pinned or being proved, and the anchor. */
const leastPolicy = {warm: 0, stopped: 0, images: 0, diskBytes: 0}

/**
 * Runs a build and, where the engine's disk is too full for it, once more without what is only kept for rollbacks that nobody may ever want.
 * ENGINE_DISK_FULL: there is nothing of that kind, or it was not enough.
 */
export const withRoom = async <T>(
  build: () => Promise<T>,
  release: ReleaseName,
  at: Run,
  signal: AbortSignal,
): Promise<T> => {
  try {
    return await build()
  } catch (error) {
    if (!isImmError(error, 'ENGINE_DISK_FULL')) throw error
    const removed = await keepWithinPolicy(at, [release], signal, leastPolicy)
    if (removed === 0) throw error
    const those = removed === 1 ? 'one release' : `${removed} releases`
    const message = `the engine's disk is full: ${those} kept for rollback removed, and ${release} is built once more`
    at.world.emit({type: 'warning', message})
    return build()
  }
}
