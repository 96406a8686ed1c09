import {ImmError} from '../errors.ts'
import type {Engine, Instance} from '../lifecycle/ports.ts'
import type {VolumeHappening, VolumesAt} from '../lifecycle/volumes/at.ts'
import {
  findSnapshot,
  findVolume,
  readVolumes,
  type EnvironmentVolume,
  type Snapshot,
} from '../lifecycle/volumes/read.ts'
import {cloneVolume, restoreSnapshot, targetIn} from '../lifecycle/volumes/restore.ts'
import {takeSnapshot, type TakenSnapshot} from '../lifecycle/volumes/snapshot.ts'
import {inUse, namesOf, usersOf} from '../lifecycle/volumes/users.ts'
import {gone} from '../lifecycle/volumes/whole.ts'
import {connectProxy} from '../proxy/client.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {sharedLabels} from '../release/services.ts'
import {snapshotNameAt} from '../release/volumes.ts'
import {sessionStates} from '../session/ask.ts'
import {forgetNote, holdVolume} from '../session/volume-hold.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {systemClock} from './clock.ts'
import {openEngine} from './engine.ts'
import type {Where} from './identify.ts'
import {findEnvironment} from './services.ts'

export type {VolumeHappening}

/** What people are asked before data are lost; true: go on. */
export type Confirm = (question: string) => Promise<boolean>

export interface VolumeOptions {
  where: Where
  onHappening: (happening: VolumeHappening) => void
  confirm: Confirm
}

export interface ListedVolume extends EnvironmentId, EnvironmentVolume {
  /** names of containers */
  usedBy: readonly string[]
  bytes: number | undefined
  snapshots: readonly (Snapshot & {bytes: number | undefined})[]
}

/** The volumes of an environment. Their sizes only where they are asked for: the engine walks through all of its volumes. */
export const listVolumes = async (where: Where, sizes: boolean, signal: AbortSignal): Promise<ListedVolume[]> => {
  const {id, engine} = await open(where, signal)
  const [found, bytes] = await Promise.all([
    readVolumes(id, engine, signal),
    sizes ? engine.volumeSizes(signal) : new Map<string, number>(),
  ])
  return Promise.all(
    found.map(async (volume) => {
      const {own, others} = await usersOf(volume.name, id, engine, signal)
      const snapshots = volume.snapshots.map((snapshot) => ({...snapshot, bytes: bytes.get(snapshot.volume)}))
      return {...id, ...volume, usedBy: namesOf([...own, ...others]), bytes: bytes.get(volume.name), snapshots}
    }),
  )
}

/** `name` undefined: the time */
export const snapshotVolume = async (
  wanted: string,
  name: string | undefined,
  options: VolumeOptions,
  signal: AbortSignal,
): Promise<EnvironmentId & {volume: string; snapshot: TakenSnapshot}> => {
  const at = await openAt(options, signal)
  const volume = await findVolume(wanted, at.id, at.engine, signal)
  const snapshot = await takeSnapshot(volume, name ?? snapshotNameAt(Date.now()), at, signal)
  return {...at.id, volume: volume.key, snapshot}
}

export interface Refilled extends EnvironmentId {
  volume: string
  bytes: number
  /** name of the snapshot of what it held before */
  backup: string | undefined
}

export const restoreVolume = async (
  wanted: string,
  name: string,
  backup: boolean,
  options: VolumeOptions,
  signal: AbortSignal,
): Promise<Refilled> => {
  const at = await openAt(options, signal)
  const volume = await findVolume(wanted, at.id, at.engine, signal)
  const snapshot = findSnapshot(volume, name)
  await confirmed(
    `Overwrite what volume ${volume.key} holds with its snapshot ${name}?`,
    volume,
    backup,
    at,
    options,
    signal,
  )
  const done = await restoreSnapshot({volume, snapshot, backup}, at, signal)
  return {...at.id, volume: volume.key, bytes: done.bytes, backup: done.backup?.name}
}

export const cloneInto = async (
  wanted: string,
  environment: string,
  backup: boolean,
  options: VolumeOptions,
  signal: AbortSignal,
): Promise<Refilled> => {
  const at = await openAt(options, signal)
  const volume = await findVolume(wanted, at.id, at.engine, signal)
  const to = {project: at.id.project, environment: slug(environment)}
  const target = await targetIn(to, volume, at, signal)
  const question = `Overwrite what volume ${target.key} of environment ${to.environment} holds with that of ${at.id.environment}?`
  if (target.exists) await confirmed(question, target, backup, {...at, id: to}, options, signal)
  const done = await cloneVolume({volume, to, backup}, at, signal)
  return {...to, volume: target.key, bytes: done.bytes, backup: done.backup?.name}
}

export interface RemovedVolume extends EnvironmentId {
  volume: string
  /** undefined: the volume itself */
  snapshot: string | undefined
}

/** `data`, or a snapshot of it: `data@before`. */
export const removeVolumeOrSnapshot = async (
  wanted: string,
  options: VolumeOptions,
  signal: AbortSignal,
): Promise<RemovedVolume> => {
  const at = await openAt(options, signal)
  const {engine, id} = at
  const [volume, snapshot] = await named(wanted, at, signal)
  const users = await usersOf(snapshot?.volume ?? volume.name, id, engine, signal)
  const all = [...users.own, ...users.others]
  if (all.length > 0) throw inUse(wanted, all)
  if (!snapshot && !volume.exists) throw gone(volume.key)
  await ask(`Remove ${snapshot ? 'snapshot' : 'volume'} ${wanted} for good?`, options)
  await engine.removeVolume(snapshot?.volume ?? volume.name, signal)
  if (!snapshot) await forgetNote(statePaths(), volume.name)
  return {...id, volume: volume.key, snapshot: snapshot?.name}
}

/** What a service's command printed for a snapshot. */
export const exportDump = async (
  wanted: string,
  where: Where,
  onChunk: (chunk: Buffer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const {id, engine} = await open(where, signal)
  const [volume, snapshot] = await named(wanted, {id, engine}, signal)
  if (snapshot?.kind !== 'dump')
    throw new ImmError(
      'USAGE',
      `${wanted} is no dump: only what a service's snapshot command printed can be printed again`,
    )
  const labels = {...sharedLabels(id), 'imm.volume': volume.name}
  for await (const chunk of engine.storedInVolume(snapshot.volume, labels, signal)) await onChunk(chunk)
}

const named = async (
  wanted: string,
  {id, engine}: {id: EnvironmentId; engine: Engine},
  signal: AbortSignal,
): Promise<[EnvironmentVolume, Snapshot?]> => {
  const at = wanted.lastIndexOf('@')
  const volume = await findVolume(at === -1 ? wanted : wanted.slice(0, at), id, engine, signal)
  return at === -1 ? [volume] : [volume, findSnapshot(volume, wanted.slice(at + 1))]
}

const confirmed = async (
  question: string,
  volume: EnvironmentVolume,
  backup: boolean,
  {id, engine}: VolumesAt,
  options: VolumeOptions,
  signal: AbortSignal,
): Promise<void> => {
  const {own} = await usersOf(volume.name, id, engine, signal)
  const users = own.length === 0 ? '' : ` ${namesOf(own).join(', ')} is stopped for it.`
  await ask(
    `${question}${users}${backup ? ' What it holds now is kept as a snapshot.' : ' What it holds now is lost.'}`,
    options,
  )
}

const ask = async (question: string, {confirm}: VolumeOptions): Promise<void> => {
  if (!(await confirm(question))) throw new ImmError('NOT_CONFIRMED', 'nothing was changed')
}

const open = async (where: Where, signal: AbortSignal) => {
  const paths = statePaths()
  const [{ungated: engine}, id] = await Promise.all([openEngine(paths, signal), findEnvironment(where, paths, signal)])
  return {paths, engine, id}
}

const openAt = async ({where, onHappening}: VolumeOptions, signal: AbortSignal): Promise<VolumesAt> => {
  const {paths, engine, id} = await open(where, signal)
  return {
    id,
    engine,
    clock: systemClock,
    hold: async (note, within) => holdVolume(paths, note, within),
    lookedAfter: async (instance, within) => isLookedAfter(instance, paths, within),
    tell: onHappening,
  }
}

/** Services are brought back by an `imm dev` of their environment; apps by their own one, or by the keeper. */
const isLookedAfter = async ({labels}: Instance, paths: StatePaths, signal: AbortSignal): Promise<boolean> => {
  const {'imm.project': project, 'imm.environment': environment, 'imm.app': app, 'imm.role': role} = labels
  const isIts = (one: EnvironmentId & {app: string}) =>
    one.project === project && one.environment === environment && (role === 'service' || one.app === app)
  if ((await sessionStates(paths.runtime, signal)).some(isIts)) return true
  const status = role === 'app' ? await (await connectProxy({paths, signal}))?.status(signal) : undefined
  return status?.routes.some(isIts) ?? false
}
