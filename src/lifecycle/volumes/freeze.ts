import {isImmError} from '../../errors.ts'
import type {Instance} from '../ports.ts'
import type {Hold, VolumesAt} from './at.ts'
import {isAwake, namesOf, type Users} from './users.ts'

const never = new AbortController().signal

/** Containers that stand still until this is disposed. */
export interface Frozen extends AsyncDisposable {
  /** They are not to go on. */
  forget(): void
}

/**
 * Pauses those of a volume's users that run, so that its files are of one moment. Their names are noted before: whoever finds the note after a
 * kill lets them go on. Those of somebody else are only told of.
 */
export const freeze = async (
  {own, others}: Users,
  hold: Hold,
  {engine, clock, tell}: VolumesAt,
  signal: AbortSignal,
): Promise<Frozen> => {
  const awake = others.filter(isAwake)
  if (awake.length > 0)
    tell({
      type: 'warning',
      message: `${namesOf(awake).join(', ')} uses the volume, too, and isn't imm's to pause: what it writes meanwhile may be kept by half`,
    })
  const running = own.filter(isAwake)
  if (running.length === 0) return {forget() {}, async [Symbol.asyncDispose]() {}}
  await using undo = new AsyncDisposableStack()
  await hold.note({paused: running.map(({id}) => id)})
  const pausedAtMs = clock.now()
  let over = false
  undo.defer(async () => {
    if (over) return
    // Whatever came of the work, and also when it was called off.
    const outcomes = await Promise.allSettled(running.map(async ({id}) => engine.unpause(id, never)))
    const containers = namesOf(running.filter((_, at) => outcomes[at]?.status === 'fulfilled'))
    tell({type: 'resumed', containers, pausedMs: clock.now() - pausedAtMs})
    for (const [at, outcome] of outcomes.entries())
      if (outcome.status === 'rejected' && (await isThere(running[at], engine))) throw outcome.reason
  })
  await Promise.all(running.map(async (one) => pauseOne(one, engine, signal)))
  tell({type: 'paused', containers: namesOf(running)})
  const moved = undo.move()
  return {
    forget: () => void (over = true),
    [Symbol.asyncDispose]: async () => moved.disposeAsync(),
  }
}

/** One that has ended meanwhile writes nothing. */
const pauseOne = async ({id}: Instance, engine: VolumesAt['engine'], signal: AbortSignal): Promise<void> => {
  try {
    await engine.pause(id, signal)
  } catch (error) {
    if (!isImmError(error, 'ENGINE_REFUSED') || (await engine.instance(id, signal))?.state === 'running') throw error
  }
}

const isThere = async (one: Instance | undefined, engine: VolumesAt['engine']): Promise<boolean> =>
  one !== undefined && (await engine.instance(one.id, never))?.state === 'paused'
