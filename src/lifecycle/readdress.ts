import {isImmError} from '../errors.ts'
import type {Healing} from './heal.ts'
import type {Member} from './member.ts'
import {share} from './rollout/share.ts'
import type {Run} from './run.ts'
import {verify} from './verify.ts'

// It was healthy before: it answers at once or is replaced.
export const answerWithinMs = 2000

/** Corrects where the traffic of the live release goes; one that doesn't answer there either is replaced. */
export const readdress = async (
  live: Member,
  now: Member,
  healing: Pick<Healing, 'replaceLive'>,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const {world, standing, exits} = at
  try {
    await verify(now, {...now.settings.health, timeoutMs: answerWithinMs, upMs: 0}, exits, world, signal)
    if (standing.live !== live) return
    standing.live = now
    await share(at)
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error)) throw error
    if (standing.live === live || standing.live === now) healing.replaceLive('unhealthy')
  }
}
