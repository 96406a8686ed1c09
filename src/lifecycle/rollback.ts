import {ImmError} from '../errors.ts'
import {
  imageReference,
  referredNumber,
  referredRelease,
  releaseNumber,
  releaseOfReference,
  type ReleaseName,
  type ReleaseRef,
} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {flip} from './flip.ts'
import {readmit} from './gates/admit.ts'
import {replicasOf, withReplicas, type Member} from './member.ts'
import {relaunch} from './relaunch.ts'
import {restore} from './restore.ts'
import {recall, removeOutgoing, removeStopped, unpauseReplica} from './retire.ts'
import {revive} from './revive.ts'
import {emitLive, type Run} from './run.ts'
import type {Outgoing} from './standing.ts'
import {stopwatch} from './stopwatch.ts'
import {verify} from './verify.ts'
import type {Project, World} from './world.ts'

// A warm one was healthy before: it answers at once or is launched afresh.
const warmTimeoutMs = 2000

/** Which release to go back to: that one, so many before the live one, or the one that is warm. */
export type Wanted = ReleaseRef | {back: number} | undefined

export interface RolledBack {
  member: Member
  /** in words: what of it is not as it was */
  notes: readonly string[]
}

/** Gives the traffic back to an earlier release: at once to one that is warm, else to a fresh container of its image and its settings. */
export const rollback = async (
  wanted: Wanted,
  generation: number,
  project: Project,
  at: Run,
  signal: AbortSignal,
  cause: 'rollback' | 'revert' = 'rollback',
): Promise<RolledBack> => {
  const {standing, world} = at
  const named = await nameOf(wanted, at, signal)
  if (standing.live && named === standing.live.release) return {member: standing.live, notes: []}
  // Chosen by hand, or good before: nothing is held to anything.
  standing.trusted = generation
  const warm = standing.previous.find(({member}) => named === undefined || member.release === named)
  if (warm) {
    const back = await wake(warm, generation, cause, at, signal)
    if (back) return {member: back, notes: []}
  }
  const release = named ?? warm?.member.release ?? (await releaseBefore(1, at, signal))
  const image = await world.engine.image(imageReference(world.id, release), signal)
  if (!image) throw await notFound(release, at, signal)
  const {notes, ...asItWas} = warm ? {...warm.member, notes: []} : await restore(release, image, project, at, signal)
  const {settingsDigest, port} = asItWas
  // What is checked now, whatever was when it was released: it must be right today.
  const settings = {...asItWas.settings, verify: project.settings.verify}
  const snapshot = {digest: image.labels['imm.snapshot'] ?? ''}
  const recipe = {release, generation, image, settings, settingsDigest, port, snapshot}
  const outcome = await relaunch(recipe, cause, at, signal)
  if (outcome.kind !== 'live') await revive(at, signal)
  if (outcome.kind === 'rejected') throw outcome.error
  if (outcome.kind !== 'live') throw new ImmError('GENERATION_STALE', `${release} was overtaken by a newer release`)
  // It runs again: the stopped one of the same has nothing more to tell.
  world.background.add(removeStopped(release, at))
  for (const message of notes) world.emit({type: 'warning', message})
  return {member: outcome.member, notes}
}

/** Undefined where it doesn't answer any more. */
export const wake = async (
  outgoing: Outgoing,
  generation: number,
  cause: 'rollback' | 'revert',
  at: Run,
  signal: AbortSignal,
): Promise<Member | undefined> => {
  const {world, standing, exits} = at
  const nowMs = world.clock.now()
  const watch = stopwatch({firstEventMs: nowMs, noticedMs: nowMs, plannedMs: nowMs}, world.clock.now)
  const asleep = {...(await recall(outgoing, standing, generation)), generation}
  try {
    const replicas = await Promise.all(replicasOf(asleep).map(async (replica) => unpauseReplica(replica, world)))
    const member = withReplicas(asleep, replicas) ?? asleep
    watch.lap('launch')
    const health = {...member.settings.health, timeoutMs: warmTimeoutMs, upMs: 0}
    const verified = readmit(await verify(member, health, exits, world, signal))
    watch.lap('verify')
    const {previous} = await flip(member, verified, at)
    watch.lap('flip')
    emitLive({candidate: member, previous}, cause, watch.timings(), at)
    return member
  } catch (error) {
    world.background.add(removeOutgoing(outgoing, standing, world, 0))
    if (signal.aborted) throw error
    return undefined
  }
}

const nameOf = async (wanted: Wanted, at: Run, signal: AbortSignal): Promise<ReleaseName | undefined> => {
  if (wanted === undefined) return undefined
  if (typeof wanted === 'object') return releaseBefore(wanted.back, at, signal)
  if (releaseNumber(wanted) !== undefined) return wanted as ReleaseName
  const release = referredRelease(wanted, await releasesWithImages(at.world, signal))
  if (release) return release
  throw await notFound(wanted, at, signal)
}

const notFound = async (wanted: ReleaseRef, {world}: Run, signal: AbortSignal): Promise<ImmError> => {
  const newest = await world.numbers.newest(signal)
  const number = referredNumber(wanted) ?? 0
  if (number > 0 && number <= newest)
    return new ImmError('RELEASE_NOT_FOUND', `${wanted} has neither a container nor an image any more`)
  return new ImmError('RELEASE_NOT_FOUND', `there was no release ${wanted}; the newest is r${newest}`)
}

/** Of the releases with an image that are older than the live one, the so-many-th newest. */
const releaseBefore = async (back: number, {world, standing}: Run, signal: AbortSignal): Promise<ReleaseName> => {
  const liveNumber = standing.live ? releaseNumber(standing.live.release) : undefined
  const all = new Set(await releasesWithImages(world, signal))
  const older = [...all].filter((release) => liveNumber === undefined || (releaseNumber(release) ?? 0) < liveNumber)
  const found = older[back - 1]
  if (found) return found
  const what = older.length === 1 ? 'is only one earlier release' : `are only ${older.length} earlier releases`
  throw new ImmError('RELEASE_NOT_FOUND', `there ${older.length === 0 ? 'is no earlier release' : what} to go back to`)
}

/** Newest first. Rejected releases have images too, and none of them is a place to go back to: they lost theirs when they were rejected. */
export const releasesWithImages = async (
  {id, engine}: Pick<World, 'id' | 'engine'>,
  signal: AbortSignal,
): Promise<ReleaseName[]> => {
  const images = await engine.images(environmentLabels(id), signal)
  return images
    .flatMap(({references}) => references)
    .flatMap((reference) => releaseOfReference(id, reference) ?? [])
    .toSorted((a, b) => (releaseNumber(b) ?? 0) - (releaseNumber(a) ?? 0))
}
