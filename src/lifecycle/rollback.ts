import {ImmError} from '../errors.ts'
import {imageReference, releaseNumber, releaseOfReference, type ReleaseName} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {flip} from './flip.ts'
import {portOf} from './launch.ts'
import {replicasOf, withReplicas, type Member, type Replica} from './member.ts'
import {settingsDigestOf} from './plan.ts'
import {relaunch} from './relaunch.ts'
import {recall, removeOutgoing} from './retire.ts'
import {emitLive, type Run} from './run.ts'
import type {Outgoing} from './standing.ts'
import {stopwatch} from './stopwatch.ts'
import {verify} from './verify.ts'
import type {Project, World} from './world.ts'

// A warm one was healthy before: it answers at once or is launched afresh.
const warmTimeoutMs = 2000
const thawTimeoutMs = 10_000

/** Gives the traffic back to an earlier release: at once to one that is warm, else to a fresh container of its image. */
export const rollback = async (
  wanted: ReleaseName | undefined,
  generation: number,
  project: Project,
  at: Run,
  signal: AbortSignal,
  cause: 'rollback' | 'revert' = 'rollback',
): Promise<Member> => {
  const {standing} = at
  if (standing.live && wanted === standing.live.release) return standing.live
  // Chosen by hand, or good before: nothing is held to anything.
  standing.trusted = generation
  const warm = standing.previous.find(({member}) => wanted === undefined || member.release === wanted)
  if (warm) {
    const back = await wake(warm, generation, cause, at, signal)
    if (back) return back
  }
  const release = wanted ?? warm?.member.release ?? (await releaseBefore(at, signal))
  const image = await at.world.engine.image(imageReference(at.world.id, release), signal)
  if (!image) throw new ImmError('RELEASE_NOT_FOUND', `${release} has neither a container nor an image any more`)
  const {settings} = warm?.member ?? project
  const outcome = await relaunch(
    {
      release,
      generation,
      image,
      settings,
      port: portOf(settings, (await project.dockerfile(signal)).exposedPorts, image),
      snapshot: {digest: image.labels['imm.snapshot'] ?? ''},
      settingsDigest: settingsDigestOf(project.settings),
    },
    cause,
    at,
    signal,
  )
  if (outcome.kind === 'live') return outcome.member
  if (outcome.kind === 'rejected') throw outcome.error
  throw new ImmError('GENERATION_STALE', `${release} was overtaken by a newer release`)
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
    const replicas = await Promise.all(replicasOf(asleep).map(async (replica) => thaw(replica, world, signal)))
    const member = withReplicas(asleep, replicas) ?? asleep
    watch.lap('launch')
    const health = {...member.settings.health, timeoutMs: warmTimeoutMs}
    const verified = await verify(member, health, exits, world, signal)
    watch.lap('verify')
    const {previous} = await flip(member, verified, standing, world)
    watch.lap('flip')
    emitLive({candidate: member, previous}, cause, watch.timings(), at)
    return member
  } catch (error) {
    world.background.add(removeOutgoing(outgoing, standing, world, 0))
    if (signal.aborted) throw error
    return undefined
  }
}

/** An engine that was started again meanwhile may have given it another address. */
const thaw = async ({instance, address}: Replica, {engine}: World, signal: AbortSignal): Promise<Replica> => {
  const now = await engine.instance(instance.id, signal)
  if (now?.state === 'paused') await engine.unpause(now.id, AbortSignal.timeout(thawTimeoutMs))
  return {instance: now ?? instance, address: now?.address ?? address}
}

/** The newest release with an image that is older than the live one. */
const releaseBefore = async ({world, standing}: Run, signal: AbortSignal): Promise<ReleaseName> => {
  const liveNumber = standing.live ? releaseNumber(standing.live.release) : undefined
  const older = (await releasesWithImages(world, signal)).find(
    (release) => liveNumber === undefined || (releaseNumber(release) ?? 0) < liveNumber,
  )
  if (!older) throw new ImmError('RELEASE_NOT_FOUND', 'there is no earlier release to go back to')
  return older
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
