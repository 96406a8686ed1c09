import {releaseNumber, type ReleaseName} from '../release/identity.ts'
import {releaseOf, type Entry, type PlainSettings, type Writer} from './entry.ts'

type Of<T extends Entry['type']> = Extract<Entry, {type: T}>

/** `unfinished`: it is under way, or the imm that made it was killed. */
export type ReleaseOutcome = 'live' | 'reverted' | 'rejected' | 'superseded' | 'unfinished'

/** Everything that a ledger tells of one release. */
export interface ReleaseRecord {
  release: ReleaseName
  /** ISO 8601: when it was begun, or first told of where that is no longer kept */
  time: string
  who: Writer
  outcome: ReleaseOutcome
  generation: number | undefined
  /** digest of the source */
  snapshot: string | undefined
  /** digest of the settings */
  settings: string | undefined
  configuration: PlainSettings | undefined
  commit: string | undefined
  branch: string | undefined
  dirty: boolean | undefined
  /** id of its image */
  image: string | undefined
  /** saved since the release before was begun; `files` names the first 20 of `count` */
  changed: {files: readonly string[]; count: number}
  build: Pick<Of<'build'>, 'how' | 'ms' | 'why'> | undefined
  /** each time it got the traffic, oldest first */
  lives: readonly Of<'live'>[]
  rejections: readonly Of<'rejected'>[]
  supersededIn: string | undefined
  /** all entries about it, oldest first */
  entries: readonly Entry[]
}

const mostFiles = 20

/** Releases by what their entries tell, newest first. */
export const releasesOf = (entries: readonly Entry[]): ReleaseRecord[] => {
  const changes = changesBefore(entries)
  const found = new Set(
    entries.flatMap((entry) => (entry.type === 'found' ? [...(entry.live ? [entry.live] : []), ...entry.warm] : [])),
  )
  const byRelease = new Map<ReleaseName, Entry[]>()
  for (const entry of entries) {
    const release = releaseOf(entry)
    if (release === undefined) continue
    const known = byRelease.get(release)
    if (known) known.push(entry)
    else byRelease.set(release, [entry])
  }
  return [...byRelease]
    .map(([release, own]) => recordOf(release, own, changes.get(release) ?? [], found.has(release)))
    .toSorted((a, b) => numberOf(b) - numberOf(a))
}

const numberOf = ({release}: ReleaseRecord): number => releaseNumber(release) ?? 0

/** What was saved in front of each release. */
const changesBefore = (entries: readonly Entry[]): Map<ReleaseName, Of<'change'>[]> => {
  const changes = new Map<ReleaseName, Of<'change'>[]>()
  let waiting: Of<'change'>[] = []
  for (const entry of entries) {
    if (entry.type === 'change') waiting.push(entry)
    if (entry.type !== 'release') continue
    changes.set(entry.release, waiting)
    waiting = []
  }
  return changes
}

const recordOf = (
  release: ReleaseName,
  entries: readonly Entry[],
  changes: readonly Of<'change'>[],
  wasFound: boolean,
): ReleaseRecord => {
  const of = <T extends Entry['type']>(type: T) => entries.filter((entry): entry is Of<T> => entry.type === type)
  const [first] = entries as [Entry]
  const begun = of('release').at(-1)
  const revision = of('revision').at(-1)
  const build = of('build').at(-1)
  const lives = of('live')
  return {
    release,
    time: begun?.time ?? first.time,
    who: begun?.who ?? first.who,
    outcome: outcomeOf(entries, wasFound),
    generation: begun?.generation,
    snapshot: begun?.snapshot,
    settings: begun?.settings,
    configuration: begun?.configuration,
    commit: revision?.commit,
    branch: revision?.branch,
    dirty: revision?.dirty,
    image: lives.at(-1)?.image,
    changed: changedBy(changes),
    build: build && {how: build.how, ms: build.ms, why: build.why},
    lives,
    rejections: of('rejected'),
    supersededIn: of('superseded')[0]?.stage,
    entries,
  }
}

/**
 * One that was live once has been: what fails later fails to bring it back. And only what was live is found by the next imm: where the one
 * that gave it the traffic was killed at that moment, it is told by that.
 */
const outcomeOf = (entries: readonly Entry[], wasFound: boolean): ReleaseOutcome => {
  const told = new Set(entries.map(({type}) => type))
  if (told.has('reverted')) return 'reverted'
  if (told.has('live') || wasFound) return 'live'
  if (told.has('rejected')) return 'rejected'
  return told.has('superseded') ? 'superseded' : 'unfinished'
}

const changedBy = (changes: readonly Of<'change'>[]): ReleaseRecord['changed'] => {
  const files = new Set(changes.flatMap((change) => change.files))
  const untold = changes.reduce((sum, {files: told, count}) => sum + count - told.length, 0)
  return {files: [...files].slice(0, mostFiles), count: files.size + untold}
}
