import {bytesOnlyIn, type SizedImage} from './disk.ts'
import {releaseNumber, releaseOfReference} from './identity.ts'
import type {AppId, ReleaseName} from './identity.ts'

/** How much of an app is kept for rollback. */
export interface KeepPolicy {
  /** previous releases kept paused */
  warm: number
  /** releases before those kept as stopped containers */
  stopped: number
  /** images kept, the live one's included */
  images: number
  /** most that may be held on disk beyond what must stay */
  diskBytes: number
}

/** Whether a release is neither among those that are kept nor newer than all of them: a newer one may be on its way. */
export const isForgotten = (release: string, kept: readonly ReleaseName[]): boolean => {
  const newest = Math.max(0, ...kept.map((name) => releaseNumber(name) ?? 0))
  return !kept.some((name) => name === release) && (releaseNumber(release) ?? 0) < newest
}

/** What becomes of a release that has lost the traffic, when `later` other releases have lost it since. */
export const fateOf = (later: number, {warm, stopped}: KeepPolicy): 'pause' | 'stop' | 'remove' => {
  if (later < warm) return 'pause'
  return stopped > 0 ? 'stop' : 'remove'
}

/** A release whose containers are stopped. */
export interface HeldStopped {
  release: ReleaseName
  /** of its containers: the later it had the traffic, the higher */
  generation: number
  /** what its containers wrote */
  bytes: number
}

export interface HeldImage extends SizedImage {
  references: readonly string[]
}

/** All that there is of an app. */
export interface Holdings {
  id: AppId
  images: readonly HeldImage[]
  stopped: readonly HeldStopped[]
  /** live, previous, being proved, pinned: nothing of these is ever taken away */
  staying: readonly ReleaseName[]
}

/** What goes, oldest first: containers before images, which can't go as long as a container needs them. */
export interface Removals {
  stopped: ReleaseName[]
  references: string[]
}

/** What is beyond the policy. Names of other apps, of other people and of anchors are never among it. */
export const beyondPolicy = ({id, images, stopped, staying}: Holdings, keep: KeepPolicy): Removals => {
  const tooMany = stoppedBeyond(stopped, staying, keep.stopped)
  const stillStopped = stopped.filter(({release}) => !tooMany.includes(release))
  const references = imagesToRemove({
    id,
    references: images.flatMap((image) => image.references),
    keep: keep.images,
    pinned: [...staying, ...stillStopped.map(({release}) => release)],
  })
  const left: Holdings = {
    id,
    images: images.map((image) => ({
      ...image,
      references: image.references.filter((name) => !references.includes(name)),
    })),
    stopped: stillStopped,
    staying,
  }
  const tooLarge = beyondBudget(left, keep.diskBytes)
  return {
    stopped: [...tooMany, ...tooLarge.stopped],
    references: [...references, ...tooLarge.references],
  }
}

/** Stopped releases to remove so that the newest stay, oldest first. Those that stay in any case don't count. */
export const stoppedBeyond = (
  stopped: readonly Pick<HeldStopped, 'release' | 'generation'>[],
  staying: readonly ReleaseName[],
  keep: number,
): ReleaseName[] =>
  stopped
    .filter(({release}) => !staying.includes(release))
    .toSorted((a, b) => b.generation - a.generation)
    .slice(keep)
    .map(({release}) => release)
    .toReversed()

/** Bytes that an app holds beyond what must stay. */
export const heldBytes = (holdings: Holdings): number => {
  const going = new Set(goable(holdings))
  const containers = holdings.stopped.filter(({release}) => going.has(release))
  return containers.reduce((sum, {bytes}) => sum + bytes, 0) + bytesOnlyIn(imagesOf(holdings, going), holdings.images)
}

const beyondBudget = (holdings: Holdings, diskBytes: number): Removals => {
  const gone = new Set<ReleaseName>()
  for (const release of goable(holdings)) {
    if (heldBytes(without(holdings, gone)) <= diskBytes) break
    gone.add(release)
  }
  const {id, images, stopped} = holdings
  return {
    stopped: [...gone].filter((release) => stopped.some((one) => one.release === release)),
    references: [...gone].flatMap((release) => namesOf(id, images, release)),
  }
}

/** Releases of which something may go, oldest first. */
const goable = ({id, images, stopped, staying}: Holdings): ReleaseName[] => {
  const named = images.flatMap(({references}) => references).flatMap((name) => releaseOfReference(id, name) ?? [])
  const all = new Set([...named, ...stopped.map(({release}) => release)])
  return [...all]
    .filter((release) => !staying.includes(release))
    .toSorted((a, b) => (releaseNumber(a) ?? 0) - (releaseNumber(b) ?? 0))
}

const namesOf = (id: AppId, images: readonly HeldImage[], release: ReleaseName): string[] =>
  images.flatMap(({references}) => references).filter((name) => releaseOfReference(id, name) === release)

/** Images that go with these releases: all their names are theirs. */
const imagesOf = ({id, images}: Holdings, releases: ReadonlySet<ReleaseName>): Set<string> => {
  const isTheirs = (name: string) => {
    const release = releaseOfReference(id, name)
    return release !== undefined && releases.has(release)
  }
  return new Set(
    images
      .filter(({references}) => references.length > 0 && references.every((name) => isTheirs(name)))
      .map((image) => image.id),
  )
}

const without = (holdings: Holdings, gone: ReadonlySet<ReleaseName>): Holdings => {
  const images = imagesOf(holdings, gone)
  return {
    ...holdings,
    images: holdings.images.filter((image) => !images.has(image.id)),
    stopped: holdings.stopped.filter(({release}) => !gone.has(release)),
  }
}

export interface KeptImages {
  id: AppId
  /** names of images; those of other apps and other people are left alone */
  references: readonly string[]
  /** releases whose images stay, the newest */
  keep: number
  /** live, warm, stopped or being proved: these stay whatever their number */
  pinned: readonly ReleaseName[]
}

/** References to take away so that the newest releases stay, oldest first. A release with several names keeps or loses all of them. */
export const imagesToRemove = ({id, references, keep, pinned}: KeptImages): string[] => {
  const images = references
    .flatMap((reference) => {
      const release = releaseOfReference(id, reference)
      return release === undefined ? [] : {reference, release, number: releaseNumber(release) ?? 0}
    })
    .toSorted((a, b) => a.number - b.number)
  const newest = [...new Set(images.map(({release}) => release).toReversed())].slice(0, keep)
  const staying = new Set([...newest, ...pinned])
  return images.filter(({release}) => !staying.has(release)).map(({reference}) => reference)
}
