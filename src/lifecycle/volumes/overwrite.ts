import {ImmError} from '../../errors.ts'
import {defaultGraceMs, serviceIdentity} from '../../release/services.ts'
import {snapshotNameAt} from '../../release/volumes.ts'
import type {Instance, InstanceSpec} from '../ports.ts'
import type {VolumesAt} from './at.ts'
import type {EnvironmentVolume} from './read.ts'
import {snapshotHeld, type TakenSnapshot} from './snapshot.ts'
import {untilBack} from './until-back.ts'
import {inUse, isAwake, namesOf, usersOf} from './users.ts'

export interface Overwriting {
  target: EnvironmentVolume
  /** keep what it holds now */
  backup: boolean
  /** fills the volume, which is fresh and empty; resolves with the bytes */
  fill: (signal: AbortSignal) => Promise<number>
}

export interface Overwritten {
  bytes: number
  backup: TakenSnapshot | undefined
}

/**
 * Gives a volume other content. What uses it is taken away, because a database that goes on with other files under it destroys them; the volume
 * is made anew, so that nothing of before is left in it; then everything is brought back, by who looks after it where somebody does. Killed in
 * between, the volume stays known as incomplete, and nothing is started with it.
 */
export const overwrite = async (wanted: Overwriting, at: VolumesAt, signal: AbortSignal): Promise<Overwritten> => {
  const {engine, tell, id} = at
  const {target} = wanted
  if (!target.plain)
    throw new ImmError(
      'VOLUME_ELSEWHERE',
      `the data of volume ${target.key} lie outside the engine, which can't make it anew`,
    )
  const {own, others} = await usersOf(target.name, id, engine, signal)
  if (others.length > 0)
    throw inUse(target.key, others, 'Remove those containers, which are not of this environment, and run it again.')
  const awake = own.filter(isAwake)
  const again = await startedAgain(awake, at, signal)
  const done = await replaceContent(wanted, at, signal)
  for (const spec of again) await engine.start(spec, signal)
  const back = await untilBack(awake, at, signal)
  if (back.length > 0) tell({type: 'started', containers: back})
  return done
}

const replaceContent = async (
  {target, backup, fill}: Overwriting,
  at: VolumesAt,
  signal: AbortSignal,
): Promise<Overwritten> => {
  const {engine, clock, tell, id} = at
  await using hold = await at.hold({volume: target.name, kind: 'read', paused: []}, signal)
  const name = `before-${snapshotNameAt(clock.now())}`
  // Nobody wants half a volume back.
  const kept =
    backup && target.exists && !hold.incomplete
      ? await snapshotHeld({volume: target, name, doing: 'backup', last: true}, hold, at, signal)
      : undefined
  const {own, others} = await usersOf(target.name, id, engine, signal)
  if (others.length > 0) throw inUse(target.key, others)
  await hold.note({kind: 'write', paused: []})
  hold.leaveNote()
  await Promise.all(own.map(async (one) => engine.remove(one.id, graceOf(one), signal)))
  if (own.length > 0) tell({type: 'stopped', containers: namesOf(own)})
  await engine.removeVolume(target.name, signal)
  await engine.createVolume({name: target.name, labels: target.labels}, signal)
  const bytes = await fill(signal)
  hold.forgetNote()
  return {bytes, backup: kept}
}

/** An app is not waited for: it must not say goodbye to data that are overwritten, and its end must not look like its own. */
const graceOf = ({labels}: Instance): number =>
  labels['imm.role'] === 'service' ? (serviceIdentity(labels)?.stopGraceMs ?? defaultGraceMs) : 0

/** Fresh containers like those of services that nobody looks after. */
const startedAgain = async (
  awake: readonly Instance[],
  {engine, lookedAfter}: VolumesAt,
  signal: AbortSignal,
): Promise<InstanceSpec[]> => {
  const specs = awake.map(async (one) => {
    const {name, image, labels} = one
    if (labels['imm.role'] !== 'service' || (await lookedAfter(one, signal))) return []
    const started = await engine.startedWith(one.id, signal)
    if (!started) return []
    // Without labels: all of its volumes must be there, and none is made by the way.
    const volumes = started.volumes.map((volume) => ({...volume, labels: {}}))
    return [{...started, name, image, labels, volumes}]
  })
  return (await Promise.all(specs)).flat()
}
