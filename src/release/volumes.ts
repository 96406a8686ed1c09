import type {EnvironmentId} from './identity.ts'
import {sharedName, volumeName} from './names.ts'

type Labels = Readonly<Record<string, string>>

/** A volume of an environment, as people name it. */
export interface VolumeKey {
  /** of an app or a service; undefined: shared by all of the environment */
  app: string | undefined
  /** `db-data`; for what the engine's name doesn't tell, that name */
  name: string
}

/** What a snapshot's volume says of itself: nothing else keeps it. */
export interface SnapshotIdentity {
  /** as people name it */
  name: string
  /** the engine's name of the volume that it was taken of */
  of: string
  /** `copy`: its files; `dump`: what the service's own command printed */
  kind: 'copy' | 'dump'
  /** epoch ms */
  createdMs: number
  /** whose command made the dump */
  service: string | undefined
}

const nameLabel = 'imm.snapshot-name'

/** All that the volume has says whose it is; beside that, what it is. */
export const snapshotLabels = (volume: Labels, {name, of, kind, createdMs, service}: SnapshotIdentity): Labels => ({
  ...Object.fromEntries(Object.entries(volume).filter(([key]) => whose.has(key))),
  [nameLabel]: name,
  'imm.snapshot-of': of,
  'imm.snapshot-kind': kind,
  'imm.created': new Date(createdMs).toISOString(),
  ...(service === undefined ? {} : {'imm.service': service}),
})

const whose = new Set(['imm.project', 'imm.environment', 'imm.app'])

/** Undefined on what is no snapshot. */
export const snapshotIdentity = (labels: Labels): SnapshotIdentity | undefined => {
  const {'imm.snapshot-of': of, 'imm.snapshot-kind': kind, [nameLabel]: name, 'imm.service': service} = labels
  if (!of || !name || (kind !== 'copy' && kind !== 'dump')) return undefined
  return {name, of, kind, service, createdMs: Date.parse(labels['imm.created'] ?? '') || 0}
}

/** Labels of the volume that a snapshot was taken of, for when that is gone. */
export const volumeLabelsOf = (snapshot: Labels): Labels =>
  Object.fromEntries(Object.entries(snapshot).filter(([key]) => whose.has(key)))

/** What people call a volume: the part of its name that is no environment's. */
export const volumeKey = (id: EnvironmentId, engineName: string, labels: Labels): VolumeKey => {
  const {'imm.app': app} = labels
  const prefix = app === undefined ? sharedName(id, '') : volumeName({...id, app}, '')
  return {app, name: engineName.startsWith(prefix) ? engineName.slice(prefix.length) : engineName}
}

/** The same volume of another environment. */
export const volumeIn = (id: EnvironmentId, {app, name}: VolumeKey): string =>
  app === undefined ? sharedName(id, name) : volumeName({...id, app}, name)

/** `db-data`, `web/uploads` */
export const keyText = ({app, name}: VolumeKey): string => (app === undefined ? name : `${app}/${name}`)

/** Short enough for a name of the engine, and nothing in it that ends one: `@` stands before it at the command line. */
export const isSnapshotName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name)

/** `20261128-051639`, in UTC: sorts by time */
export const snapshotNameAt = (ms: number): string =>
  new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
