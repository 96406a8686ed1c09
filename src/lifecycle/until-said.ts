import {stripVTControlCharacters} from 'node:util'

import type {HealthSettings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import {crashed, lastLines} from './crashed.ts'
import {hasEnded} from './exits.ts'
import {within} from './gates/within.ts'
import type {Member} from './member.ts'
import type {World} from './world.ts'

/** Resolves when the container has printed a line that matches, from its start on. */
export const untilSaid = async (
  member: Member,
  {log = '', timeoutMs}: HealthSettings,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const {engine, clock} = world
  const {id} = member.instance
  const pattern = new RegExp(log)
  let lines = 0
  const said = await within(timeoutMs, clock, signal, async (inner) => {
    for await (const {text} of engine.logs(id, {follow: true}, inner)) {
      lines += 1
      // Colours are not what anybody has in mind who writes `^ready`.
      if (pattern.test(stripVTControlCharacters(text))) return true
    }
    return false
  })
  if (said === true) return
  const now = await engine.instance(id, signal)
  if (!now || hasEnded(now)) throw await crashed(member, world, signal)
  const output = await lastLines(id, world, signal)
  const seen = lines === 0 ? 'it printed nothing' : `none of its ${lines} ${lines === 1 ? 'line' : 'lines'} matches`
  throw new ImmError('UNHEALTHY', `not healthy within ${timeoutMs / 1000} s: a line that matches /${log}/: ${seen}`, {
    output,
    next: 'Correct `health.log` in imm.yaml, or let the application print such a line once it is ready. If it needs longer to start, set `health.timeout`.',
  })
}
