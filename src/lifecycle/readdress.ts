import {isImmError} from '../errors.ts'
import {readmit} from './gates/admit.ts'
import type {Healing} from './heal.ts'
import type {Member} from './member.ts'
import type {Run} from './run.ts'
import {verify} from './verify.ts'

const splitTimeoutMs = 15_000
// It was healthy before: it answers at once or is replaced.
const answerWithinMs = 2000

/** Corrects where the traffic of the live release goes; one that doesn't answer there either is replaced. */
export const readdress = async (
  live: Member,
  now: Member,
  healing: Pick<Healing, 'replaceLive'>,
  {world, standing, exits}: Run,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const health = {...now.settings.health, timeoutMs: answerWithinMs}
    const targets = readmit(await verify(now, health, exits, world, signal))
    if (standing.live !== live) return
    await world.traffic.split({portions: [{targets, weight: 1}]}, AbortSignal.timeout(splitTimeoutMs))
    if (standing.live === live) standing.live = now
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error)) throw error
    if (standing.live === live) healing.replaceLive('unhealthy')
  }
}
