import {ImmError} from '../../errors.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'
import {keyText, snapshotIdentity, volumeKey, volumeLabelsOf, type SnapshotIdentity} from '../../release/volumes.ts'
import type {Engine, FoundVolume} from '../ports.ts'

/** A volume of an environment, with what was kept of it. */
export interface EnvironmentVolume extends FoundVolume {
  /** whose it is; undefined: shared by all of the environment */
  app: string | undefined
  /** as people name it: `db-data`, `web/uploads` */
  key: string
  /** false: only snapshots of it are left */
  exists: boolean
  /** oldest first */
  snapshots: readonly Snapshot[]
}

export interface Snapshot extends SnapshotIdentity {
  /** the engine's name of what keeps it */
  volume: string
  labels: FoundVolume['labels']
}

/** Volumes of an environment by their labels, those too of which only snapshots are left. */
export const readVolumes = async (
  id: EnvironmentId,
  engine: Pick<Engine, 'volumes'>,
  signal: AbortSignal,
): Promise<EnvironmentVolume[]> => {
  const found = await engine.volumes(sharedLabels(id), signal)
  const snapshots = found
    .flatMap(({name, labels}): Snapshot[] => {
      const identity = snapshotIdentity(labels)
      return identity ? [{...identity, volume: name, labels}] : []
    })
    .toSorted((one, other) => one.createdMs - other.createdMs)
  const there = found.filter(({labels}) => snapshotIdentity(labels) === undefined)
  const known = new Set(there.map(({name}) => name))
  const gone = new Map(
    snapshots
      .filter(({of}) => !known.has(of))
      .map(({of, labels}): [string, FoundVolume] => [of, {name: of, labels: volumeLabelsOf(labels), plain: true}]),
  )
  return [...there, ...gone.values()]
    .map((volume) => {
      const key = volumeKey(id, volume.name, volume.labels)
      return {
        ...volume,
        app: key.app,
        key: keyText(key),
        exists: known.has(volume.name),
        snapshots: snapshots.filter(({of}) => of === volume.name),
      }
    })
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
}

/** By its key, the last part of it where that is clear, or the engine's name. VOLUME_NOT_FOUND names those there are. */
export const findVolume = async (
  wanted: string,
  id: EnvironmentId,
  engine: Pick<Engine, 'volumes'>,
  signal: AbortSignal,
): Promise<EnvironmentVolume> => {
  const all = await readVolumes(id, engine, signal)
  const exact = all.find(({key, name}) => key === wanted || name === wanted)
  if (exact) return exact
  const [found, ...others] = all.filter(({app, key}) => app !== undefined && key === `${app}/${wanted}`)
  if (found && others.length === 0) return found
  const where = `environment ${id.environment} of ${id.project}`
  if (found)
    throw new ImmError('VOLUME_NOT_FOUND', `several apps of ${where} have a volume ${wanted}`, {
      next: `Name one of them: ${[found, ...others].map(({key}) => key).join(', ')}.`,
    })
  throw new ImmError('VOLUME_NOT_FOUND', `there is no volume ${wanted} in ${where}`, {
    next: all.length === 0 ? undefined : `These are there: ${all.map(({key}) => key).join(', ')}.`,
  })
}

export const findSnapshot = ({key, snapshots}: EnvironmentVolume, wanted: string): Snapshot => {
  const found = snapshots.find(({name}) => name === wanted)
  if (found) return found
  throw new ImmError('VOLUME_NOT_FOUND', `volume ${key} has no snapshot ${wanted}`, {
    next:
      snapshots.length === 0
        ? `Take one with \`imm volume snapshot ${key}\`.`
        : `These are there: ${snapshots.map(({name}) => name).join(', ')}.`,
  })
}
