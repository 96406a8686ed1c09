import {ImmError} from '../errors.ts'
import {defaultLimits} from '../ledger/append.ts'
import type {Entry} from '../ledger/entry.ts'
import {placeOf} from '../ledger/files.ts'
import {settingDifferences, type SettingDifference} from '../ledger/plain-settings.ts'
import {readEntries, readFiles} from '../ledger/read.ts'
import {releasesOf, type ReleaseRecord} from '../ledger/releases.ts'
import {verifyChain, type Proof} from '../ledger/verify.ts'
import {fileDifferences, type ImageDifference} from '../lifecycle/image-differences.ts'
import type {Engine, Image} from '../lifecycle/ports.ts'
import {
  imageReference,
  referredRelease,
  releaseNumber,
  type AppId,
  type ReleaseName,
  type ReleaseRef,
} from '../release/identity.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {findApp, findEach} from './find-app.ts'
import type {Where} from './identify.ts'
import {merge} from './merge.ts'
import {statesNow, type StateNow} from './states-now.ts'

export type {StateNow} from './states-now.ts'

export interface KnownRelease extends ReleaseRecord {
  app: string
  state: StateNow
}

/**
 * Releases that the history of an environment tells of, newest first: of all its apps, or of the one that is named. `onTrouble`: their state
 * now isn't known.
 */
export const readReleases = async (
  where: Where,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<KnownRelease[]> => {
  const all = await readAll(where, signal)
  const records = all.map(({id, entries}) => releasesOf(entries).map((record) => ({id, record})))
  if (records.every((one) => one.length === 0)) return []
  const stateOf = await statesNow(onTrouble, signal)
  // Numbers rise through the whole environment; two clocks may say otherwise.
  return merge(records, (a, b) => numberOf(b.record) - numberOf(a.record)).map(({id, record}) => ({
    ...record,
    app: id.app,
    state: stateOf(id, record.release),
  }))
}

const numberOf = ({release}: ReleaseRecord): number => releaseNumber(release) ?? 0

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
  const shown = recordOf(release, records, id)
  const other = against === undefined ? before(shown, records) : recordOf(against, records, id)
  if (files && !other)
    throw new ImmError('RELEASE_NOT_FOUND', `there is no release before ${shown.release} to compare with`)
  const stateOf = await statesNow(onTrouble, signal)
  return {
    ...shown,
    app: id.app,
    state: stateOf(id, shown.release),
    against: other?.release,
    settingChanges:
      shown.configuration && other?.configuration && settingDifferences(other.configuration, shown.configuration),
    fileChanges: files && other ? await compareImages(id, other.release, shown.release, signal) : undefined,
  }
}

/** An entry of the history, and whose it is. */
export interface HistoryLine {
  app: string
  entry: Entry
}

/** Entries of the history, oldest first: of all apps of an environment, or of the one that is named. */
export const readHistory = async (where: Where, signal: AbortSignal): Promise<HistoryLine[]> => {
  const all = await readAll(where, signal)
  const lines = all.map(({id, entries}) => entries.map((entry) => ({app: id.app, entry})))
  return merge(lines, (a, b) => Date.parse(a.entry.time) - Date.parse(b.entry.time))
}

/** Proves of each app's history that no entry was changed, taken out or put in between since it was written. */
export const proveHistory = async (where: Where, signal: AbortSignal): Promise<(Proof & {app: string})[]> => {
  const paths = statePaths()
  return Promise.all(
    (await findEach(where, paths, signal)).map(async (id) => {
      const files = await readFiles(placeOf(paths.home, id), signal)
      return {app: id.app, ...verifyChain(files, id, defaultLimits.endedFiles)}
    }),
  )
}

const readAll = async (where: Where, signal: AbortSignal): Promise<{id: AppId; entries: Entry[]}[]> => {
  const paths = statePaths()
  return Promise.all(
    (await findEach(where, paths, signal)).map(async (id) => ({
      id,
      entries: await readEntries(placeOf(paths.home, id), signal),
    })),
  )
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

const recordOf = (ref: ReleaseRef, records: readonly ReleaseRecord[], {app}: AppId): ReleaseRecord => {
  const name = referredRelease(
    ref,
    records.map(({release}) => release),
  )
  const record = records.find(({release}) => release === name)
  if (record) return record
  throw new ImmError('RELEASE_NOT_FOUND', `the history of ${app} tells nothing of ${ref}`, {
    next: 'See `imm releases`.',
  })
}

const before = (shown: ReleaseRecord, records: readonly ReleaseRecord[]): ReleaseRecord | undefined => {
  const from = shown.lives.find(({previous}) => previous !== undefined && previous !== shown.release)?.previous
  const older = records.slice(records.indexOf(shown) + 1)
  return records.find(({release}) => release === from) ?? older.find(({outcome}) => outcome === 'live') ?? older.at(0)
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
