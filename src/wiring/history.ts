import {ImmError, isImmError} from '../errors.ts'
import {defaultLimits} from '../ledger/append.ts'
import type {Entry} from '../ledger/entry.ts'
import {placeOf} from '../ledger/files.ts'
import {settingDifferences, type SettingDifference} from '../ledger/plain-settings.ts'
import {readEntries, readFiles} from '../ledger/read.ts'
import {releasesOf, type ReleaseRecord} from '../ledger/releases.ts'
import {verifyChain, type Proof} from '../ledger/verify.ts'
import {fileDifferences, type ImageDifference} from '../lifecycle/image-differences.ts'
import type {Engine, Image} from '../lifecycle/ports.ts'
import {imageReference, referredRelease, type AppId, type ReleaseName, type ReleaseRef} from '../release/identity.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {findApp} from './find-app.ts'
import type {Where} from './identify.ts'
import {isOf, readStatus, type ReleaseState} from './status.ts'

/** What became of a release; `gone`: it has neither a container nor an image; undefined: the engine can't be asked. */
export type StateNow = ReleaseState | 'gone' | undefined

export interface KnownRelease extends ReleaseRecord {
  state: StateNow
}

/** Releases that the history of an environment tells of, newest first. `onTrouble`: their state now isn't known. */
export const readReleases = async (
  where: Where,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<KnownRelease[]> => {
  const {id, entries} = await read(where, signal)
  const records = releasesOf(entries)
  if (records.length === 0) return []
  const stateOf = await statesNow(id, onTrouble, signal)
  return records.map((record) => ({...record, state: stateOf(record.release)}))
}

export interface ShowRequest {
  where: Where
  release: ReleaseRef
  /** to compare with; undefined: the one that it took over from, or the one before */
  against: ReleaseRef | undefined
  /** compare what the images hold, too */
  files: boolean
}

export interface ShownRelease extends KnownRelease {
  /** undefined where there is none to compare with */
  against: ReleaseName | undefined
  /** undefined where the settings of one of the two are not known */
  settingChanges: readonly SettingDifference[] | undefined
  /** undefined where it was not asked for */
  fileChanges: readonly ImageDifference[] | undefined
}

/** Everything that is known of one release. RELEASE_NOT_FOUND where the history tells nothing of it, or an image to compare is gone. */
export const readRelease = async (
  {where, release, against, files}: ShowRequest,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<ShownRelease> => {
  const {id, entries} = await read(where, signal, release)
  const records = releasesOf(entries)
  const shown = recordOf(release, records)
  const other = against === undefined ? before(shown, records) : recordOf(against, records)
  if (files && !other)
    throw new ImmError('RELEASE_NOT_FOUND', `there is no release before ${shown.release} to compare with`)
  const stateOf = await statesNow(id, onTrouble, signal)
  return {
    ...shown,
    state: stateOf(shown.release),
    against: other?.release,
    settingChanges:
      shown.configuration && other?.configuration && settingDifferences(other.configuration, shown.configuration),
    fileChanges: files && other ? await compareImages(id, other.release, shown.release, signal) : undefined,
  }
}

/** Entries of the history, oldest first. */
export const readHistory = async (where: Where, signal: AbortSignal): Promise<Entry[]> =>
  (await read(where, signal)).entries

/** Proves that no entry was changed, taken out or put in between since it was written. */
export const proveHistory = async (where: Where, signal: AbortSignal): Promise<Proof> => {
  const paths = statePaths()
  const id = await findApp(where, paths, signal)
  return verifyChain(await readFiles(placeOf(paths.home, id), signal), id, defaultLimits.endedFiles)
}

const read = async (
  where: Where,
  signal: AbortSignal,
  release?: ReleaseRef,
): Promise<{id: AppId; entries: Entry[]}> => {
  const paths = statePaths()
  const id = await findApp(where, paths, signal, release)
  return {id, entries: await readEntries(placeOf(paths.home, id), signal)}
}

const recordOf = (ref: ReleaseRef, records: readonly ReleaseRecord[]): ReleaseRecord => {
  const name = referredRelease(
    ref,
    records.map(({release}) => release),
  )
  const record = records.find(({release}) => release === name)
  if (record) return record
  throw new ImmError('RELEASE_NOT_FOUND', `the history tells nothing of ${ref}`, {next: 'See `imm releases`.'})
}

const before = (shown: ReleaseRecord, records: readonly ReleaseRecord[]): ReleaseRecord | undefined => {
  const from = shown.lives.find(({previous}) => previous !== undefined && previous !== shown.release)?.previous
  const older = records.slice(records.indexOf(shown) + 1)
  return records.find(({release}) => release === from) ?? older.find(({outcome}) => outcome === 'live') ?? older.at(0)
}

/** The history is there to be read when nothing runs as well. */
const statesNow = async (
  id: AppId,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<(release: ReleaseName) => StateNow> => {
  try {
    const environment = (await readStatus(signal)).find((one) => isOf(one, id))
    const states = new Map(environment?.releases.map(({release, state}) => [release, state]))
    return (release) => states.get(release) ?? 'gone'
  } catch (error) {
    if (!isImmError(error)) throw error
    onTrouble(`what runs now isn't known: ${error.message}`)
    return () => undefined
  }
}

const compareImages = async (
  id: AppId,
  one: ReleaseName,
  other: ReleaseName,
  signal: AbortSignal,
): Promise<readonly ImageDifference[]> => {
  const {engine} = await openEngine(statePaths(), signal)
  const [full, release] = await Promise.all([imageOf(id, one, engine, signal), imageOf(id, other, engine, signal)])
  return (await fileDifferences(engine.files(full, signal), engine.files(release, signal))).differences
}

const imageOf = async (id: AppId, release: ReleaseName, engine: Engine, signal: AbortSignal): Promise<Image> => {
  const image = await engine.image(imageReference(id, release), signal)
  if (image) return image
  throw new ImmError('RELEASE_NOT_FOUND', `${release} has no image any more`, {
    next: 'Compare releases that `imm status` still shows.',
  })
}
