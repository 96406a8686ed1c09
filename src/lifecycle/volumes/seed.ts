import {ImmError, isImmError} from '../../errors.ts'
import type {VolumeSpec} from '../../release/container.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'
import type {CopiedVolume, VolumeFilling} from '../ports.ts'
import {progressOf, type Hold, type HoldNote, type VolumesAt} from './at.ts'
import {freeze} from './freeze.ts'
import {usersOf} from './users.ts'
import {incomplete} from './whole.ts'

export interface Seeding {
  target: SeedTarget
  content: SeedContent
}

/** A volume as the engine is to make it. */
export interface SeedTarget extends VolumeSpec {
  /** as people name it */
  key: string
}

export type SeedContent =
  /** the engine's name of one, and the environment whose containers may be paused for the copy */
  {volume: string; of: EnvironmentId} | VolumeFilling['from']

const never = new AbortController().signal
const againMs = 100

/**
 * Makes a volume and fills it, once: one that is there is left alone, and undefined. While it is filled a note says that it is being made, so
 * that after a kill the next imm removes it instead of taking it for whole.
 */
export const seedVolume = async (
  {target, content}: Seeding,
  at: VolumesAt,
  signal: AbortSignal,
): Promise<CopiedVolume | undefined> => {
  const {engine} = at
  if (await engine.volumeNamed(target.name, signal)) return undefined
  await using hold = await held({volume: target.name, kind: 'read', paused: []}, at, signal)
  // Another imm was quicker.
  if (await engine.volumeNamed(target.name, signal)) return undefined
  await hold.note({making: target.name})
  try {
    const {key: _key, ...spec} = target
    await engine.createVolume(spec, signal)
    const filled = await fill({target, content}, at, signal)
    // An archive of no files has its end at least.
    if ('archive' in content && filled.bytes === 0)
      throw new ImmError('SEED_FAILED', `nothing came that volume ${target.key} could be filled with`)
    return filled
  } catch (error) {
    // What can't be removed now, whoever finds the note removes.
    await engine.removeVolume(target.name, never).catch(() => hold.leaveNote())
    throw error
  }
}

const fill = async ({target, content}: Seeding, at: VolumesAt, signal: AbortSignal): Promise<CopiedVolume> => {
  const {engine, id} = at
  const labels = {...sharedLabels(id), 'imm.volume': target.name}
  const filling = {to: target.name, labels, onProgress: progressOf('seed', at)}
  if (!('volume' in content)) return engine.fillVolume({...filling, from: content}, signal)
  const {volume, of} = content
  await using hold = await held({volume, kind: 'read', paused: []}, at, signal)
  if (hold.incomplete) throw incomplete(volume)
  await using stack = new AsyncDisposableStack()
  stack.use(await freeze(await usersOf(volume, of, engine, signal), hold, at, signal))
  return await engine.copyVolume({...filling, from: volume}, signal)
}

/** Previews that come up side by side are seeded from one volume one after the other. */
const held = async (note: HoldNote, at: VolumesAt, signal: AbortSignal): Promise<Hold> => {
  for (;;) {
    try {
      return await at.hold(note, signal)
    } catch (error) {
      if (!isImmError(error, 'VOLUME_BUSY')) throw error
      await at.clock.sleep(againMs, signal)
    }
  }
}
