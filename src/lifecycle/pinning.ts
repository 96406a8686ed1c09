import {isImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import type {Pin} from './ports.ts'
import type {Run} from './run.ts'
import type {World} from './world.ts'

/** Whether a rollback pinned the environment: kept on disk, so that it outlives `imm dev`. */
export interface Pinning {
  readonly pin: Pin | undefined
  set(pin: Pin, signal: AbortSignal): Promise<void>
  /** At once for who asks here; on disk when it resolves. */
  clear(signal: AbortSignal): Promise<void>
}

export const openPinning = async ({records}: Pick<World, 'records'>, signal: AbortSignal): Promise<Pinning> => {
  let pin = await records.pin(signal)
  return {
    get pin() {
      return pin
    },
    async set(next, inner) {
      pin = next
      await records.setPin(next, inner)
    },
    async clear(inner) {
      if (!pin) return
      pin = undefined
      await records.setPin(undefined, inner)
    },
  }
}

/** Has the release serve that the environment is pinned to. Where nothing is left of it, what is there now is released after all. */
export const servePinned = async (
  {release}: Pin,
  goBack: (release: ReleaseName) => Promise<unknown>,
  releaseNow: () => void,
  {world: {emit}, standing, pinning, signal}: Pick<Run, 'world' | 'standing' | 'pinning' | 'signal'>,
): Promise<void> => {
  emit({type: 'pinned', release})
  if (standing.live?.release === release) return
  try {
    await goBack(release)
  } catch (error) {
    if (!isImmError(error)) throw error
    // What else went wrong was said, and the environment stays pinned: whoever pinned it decides.
    if (error.code !== 'RELEASE_NOT_FOUND') return
    emit({type: 'warning', message: `${error.message}: what is in the working tree is released instead`})
    await pinning.clear(signal)
    releaseNow()
  }
}
