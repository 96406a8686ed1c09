import type {CheckSettings} from '../../config/settings.ts'
import {ImmError, isImmError} from '../../errors.ts'
import {crashed} from '../crashed.ts'
import {hasEnded} from '../exits.ts'
import {targetsOf, type Member} from '../member.ts'
import type {Healthy, Target, Verified} from '../ports.ts'
import type {Run} from '../run.ts'
import {endOf} from '../verify.ts'
import type {World} from '../world.ts'
import {runCheck} from './run-check.ts'

/** Of each replica of a release. */
type Replicas<T> = readonly [T, ...T[]]

/** Runs the checks against the healthy candidate's first replica, one after the other. GATE_FAILED at the first that fails. */
export const admit = async (
  candidate: Member,
  healthy: Replicas<Healthy<Target>>,
  checks: readonly CheckSettings[],
  at: Pick<Run, 'world' | 'standing' | 'exits'>,
  signal: AbortSignal,
): Promise<Replicas<Verified<Target>>> => {
  if (checks.length > 0) await pass(candidate, checks, at, signal)
  return verified(healthy)
}

/**
 * Lets in again what passed before: a release that is kept warm, one that the traffic falls back to, and a fresh container in place of one that
 * died. Users wait for them, the image and the settings are those that passed, and a check that fails today would leave users with something
 * worse.
 */
export const readmit = (healthy: Replicas<Healthy<Target>>): Replicas<Verified<Target>> => verified(healthy)

/** Of the live release: who has the traffic was let in when it got it. */
export const provedTargets = (live: Member): Verified<Target>[] => targetsOf(live) as Verified<Target>[]

const verified = (healthy: Replicas<Healthy<Target>>) => healthy as Replicas<Verified<Target>>

const pass = async (
  candidate: Member,
  checks: readonly CheckSettings[],
  at: Pick<Run, 'world' | 'standing' | 'exits'>,
  signal: AbortSignal,
): Promise<void> => {
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const ended = endOf(candidate, at.exits, at.world, inner)
  const passing = passAll(candidate, checks, at, inner)
  try {
    await Promise.race([passing, ended])
  } catch (error) {
    throw isImmError(error, 'GATE_FAILED') ? await causeOf(error, candidate, at.world, signal) : error
  } finally {
    over.abort()
    await Promise.allSettled([passing, ended])
  }
}

/** Why the candidate ended says more than the connection that a check was refused. */
const causeOf = async (
  failed: ImmError,
  candidate: Member,
  {engine}: World,
  signal: AbortSignal,
): Promise<ImmError> => {
  const now = await engine.instance(candidate.instance.id, signal)
  return !now || hasEnded(now) ? crashed(candidate, {engine}, signal) : failed
}

const passAll = async (
  candidate: Member,
  checks: readonly CheckSettings[],
  at: Pick<Run, 'world' | 'standing'>,
  signal: AbortSignal,
): Promise<void> => {
  const {clock, emit} = at.world
  const {release} = candidate
  for (const [index, check] of checks.entries()) {
    const {name, kind} = check
    emit({type: 'stage', release, stage: 'verify', gate: name})
    const startedMs = clock.now()
    const {reason, output} = await runCheck(check, index + 1, candidate, at, signal)
    signal.throwIfAborted()
    emit({
      type: 'gate',
      release,
      name,
      kind,
      ok: reason === undefined,
      ms: Math.round(clock.now() - startedMs),
      reason,
      output,
    })
    if (reason !== undefined) throw new ImmError('GATE_FAILED', `the check "${name}" failed: ${reason}`, {output})
  }
}
