import {ImmError} from '../../errors.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'
import {volumeIn, snapshotNameAt} from '../../release/volumes.ts'
import {progressOf, type VolumesAt} from './at.ts'
import {restoreDump} from './dump.ts'
import {freeze} from './freeze.ts'
import {overwrite, type Overwritten} from './overwrite.ts'
import {readVolumes, type EnvironmentVolume, type Snapshot} from './read.ts'
import {snapshotHeld} from './snapshot.ts'
import {usersOf} from './users.ts'
import {whole} from './whole.ts'

/** Makes a volume what it was when a snapshot was taken. */
export const restoreSnapshot = async (
  {volume, snapshot, backup}: {volume: EnvironmentVolume; snapshot: Snapshot; backup: boolean},
  at: VolumesAt,
  signal: AbortSignal,
): Promise<Overwritten> => {
  const {engine, id, clock} = at
  const labels = {...sharedLabels(id), 'imm.volume': volume.name}
  if (snapshot.kind === 'copy')
    return overwrite(
      {
        target: volume,
        backup,
        async fill(within) {
          const copy = {from: snapshot.volume, to: volume.name, labels, onProgress: progressOf('restore', at)}
          return (await engine.copyVolume(copy, within)).bytes
        },
      },
      at,
      signal,
    )
  await using hold = await at.hold({volume: volume.name, kind: 'read', paused: []}, signal)
  const name = `before-${snapshotNameAt(clock.now())}`
  const kept = backup ? await snapshotHeld({volume, name, doing: 'backup'}, hold, at, signal) : undefined
  return {bytes: await restoreDump(volume, snapshot, labels, at, signal), backup: kept}
}

/** Copies a volume into the one of the same key of another environment; what that holds is gone then, but for a backup. */
export const cloneVolume = async (
  {volume, to, backup}: {volume: EnvironmentVolume; to: EnvironmentId; backup: boolean},
  at: VolumesAt,
  signal: AbortSignal,
): Promise<Overwritten> => {
  const {engine, id} = at
  const target = await targetIn(to, volume, at, signal)
  // First the one that is only read: two clones in a ring end with VOLUME_BUSY.
  await using hold = await at.hold({volume: volume.name, kind: 'read', paused: []}, signal)
  whole(volume, hold)
  return await overwrite(
    {
      target,
      backup,
      async fill(within) {
        await using stack = new AsyncDisposableStack()
        stack.use(await freeze(await usersOf(volume.name, id, engine, within), hold, at, within))
        const labels = {...sharedLabels(id), 'imm.volume': target.name}
        const copy = {from: volume.name, to: target.name, labels, onProgress: progressOf('clone', at)}
        return (await engine.copyVolume(copy, within)).bytes
      },
    },
    {...at, id: to},
    signal,
  )
}

/** The volume that a clone goes to, there or not. */
export const targetIn = async (
  to: EnvironmentId,
  volume: EnvironmentVolume,
  {engine, id}: Pick<VolumesAt, 'engine' | 'id'>,
  signal: AbortSignal,
): Promise<EnvironmentVolume> => {
  const name = volumeIn(to, {app: volume.app, name: keyNameOf(volume)})
  if (name === volume.name || to.environment === id.environment)
    throw new ImmError(
      'USAGE',
      `volume ${volume.key} is of environment ${to.environment} itself: name another with --to`,
    )
  const found = (await readVolumes(to, engine, signal)).find((one) => one.name === name)
  if (found) return found
  const {key, app, labels} = volume
  return {name, key, app, plain: true, exists: false, snapshots: [], labels: {...labels, ...sharedLabels(to)}}
}

const keyNameOf = ({app, key}: EnvironmentVolume): string => (app === undefined ? key : key.slice(app.length + 1))
