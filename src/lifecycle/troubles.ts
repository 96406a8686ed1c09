import {isImmError} from '../errors.ts'
import type {Healing} from './heal.ts'
import {eachReplica, endsWith, type Member} from './member.ts'
import {answerWithinMs} from './readdress.ts'
import {reconcile} from './reconcile.ts'
import type {Run} from './run.ts'
import {verify} from './verify.ts'

/** What the proxy meets on the live release is looked into at once: the engine may not have noticed, or have lost its words on the way. */
export const watchTroubles = async (
  healing: Pick<Healing, 'replaceLive' | 'restore'>,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const looking = new Set<string>()
  for await (const {instance} of at.world.traffic.troubles?.(signal) ?? []) {
    if (looking.has(instance)) continue
    looking.add(instance)
    at.world.background.add(look(instance, healing, at, signal).finally(() => looking.delete(instance)))
  }
}

const look = async (
  id: string,
  healing: Pick<Healing, 'replaceLive' | 'restore'>,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const {world, standing, exits} = at
  const found = (): Member | undefined =>
    standing.live && eachReplica(standing.live).find((replica) => endsWith(replica, id))
  if (!found()) return
  await reconcile(healing, at, signal)
  // Where that found why, it is gone from what is live, or about to be.
  const replica = found()
  if (!replica) return
  try {
    await verify(replica, {...replica.settings.health, timeoutMs: answerWithinMs}, exits, world, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error)) throw error
    healing.replaceLive('unhealthy', id)
  }
}
