import type {HealthSettings} from '../config/settings.ts'
import {crashed} from './crashed.ts'
import {hasEnded} from './exits.ts'
import type {Member} from './member.ts'
import type {World} from './world.ts'

// What lacks a variable, a module or its database ends within a second of its start; every save waits for this to pass.
export const staysUpMs = 2000

/** Resolves when the container has run for a while. */
export const untilStayed = async (
  member: Member,
  {upMs = staysUpMs, timeoutMs}: HealthSettings,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const ms = Math.min(upMs, timeoutMs)
  if (ms > 0) await world.clock.sleep(ms, signal)
  // Its end may be on its way here.
  const now = await world.engine.instance(member.instance.id, signal)
  if (!now || hasEnded(now)) throw await crashed(member, world, signal)
}
