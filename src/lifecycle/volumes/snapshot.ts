import {ImmError} from '../../errors.ts'
import {snapshotVolumeName} from '../../release/names.ts'
import {serviceIdentity, sharedLabels} from '../../release/services.ts'
import {isSnapshotName, snapshotLabels, type SnapshotIdentity} from '../../release/volumes.ts'
import {progressOf, type Hold, type VolumesAt} from './at.ts'
import {dumperOf, dumpOf} from './dump.ts'
import {freeze} from './freeze.ts'
import type {EnvironmentVolume, Snapshot} from './read.ts'
import {usersOf} from './users.ts'
import {whole} from './whole.ts'

export interface TakenSnapshot extends Snapshot {
  bytes: number
}

/** Keeps what a volume holds now in a volume of its own; nothing of it stays where that fails. SNAPSHOT_EXISTS for a name that is taken. */
export const takeSnapshot = async (
  volume: EnvironmentVolume,
  name: string,
  at: VolumesAt,
  signal: AbortSignal,
): Promise<TakenSnapshot> => {
  await using hold = await at.hold({volume: volume.name, kind: 'read', paused: []}, signal)
  whole(volume, hold)
  return await snapshotHeld({volume, name, doing: 'snapshot'}, hold, at, signal)
}

export interface SnapshotWork {
  volume: EnvironmentVolume
  name: string
  doing: 'snapshot' | 'backup'
  /** what used the volume is about to be taken away, and needs not go on before */
  last?: boolean
}

/** The same where the volume is held already. */
export const snapshotHeld = async (
  {volume, name, doing, last = false}: SnapshotWork,
  hold: Hold,
  at: VolumesAt,
  signal: AbortSignal,
): Promise<TakenSnapshot> => {
  const {engine, clock, id} = at
  if (!isSnapshotName(name))
    throw new ImmError(
      'USAGE',
      `"${name}" is no name for a snapshot: letters, digits, ".", "_" and "-", up to 63 of them`,
    )
  const making = snapshotVolumeName(volume.name, name)
  if (volume.snapshots.some((one) => one.name === name) || (await engine.volumeNamed(making, signal)))
    throw new ImmError('SNAPSHOT_EXISTS', `volume ${volume.key} has a snapshot ${name} already`)
  const users = await usersOf(volume.name, id, engine, signal)
  const dumper = dumperOf(users)
  const identity: SnapshotIdentity = {
    name,
    of: volume.name,
    kind: dumper ? 'dump' : 'copy',
    createdMs: clock.now(),
    service: dumper && serviceIdentity(dumper.labels)?.service,
  }
  const labels = snapshotLabels(volume.labels, identity)
  await using undo = new AsyncDisposableStack()
  await hold.note({making})
  undo.defer(async () => engine.removeVolume(making, new AbortController().signal))
  await engine.createVolume({name: making, labels}, signal)
  const helper = {...sharedLabels(id), 'imm.volume': volume.name}
  let bytes: number
  if (dumper)
    bytes = await dumpOf({dumper, into: making, labels: helper, onProgress: progressOf(doing, at)}, at, signal)
  else {
    await using frozen = await freeze(users, hold, at, signal)
    ;({bytes} = await engine.copyVolume(
      {from: volume.name, to: making, labels: helper, onProgress: progressOf(doing, at)},
      signal,
    ))
    if (last) frozen.forget()
  }
  undo.move()
  await hold.note({making: undefined})
  return {...identity, volume: making, labels, bytes}
}
