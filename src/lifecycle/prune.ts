import {releaseOfReference, type ReleaseName} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {beyondPolicy, heldBytes, type Holdings, type KeepPolicy, type Removals} from '../release/retention.ts'
import type {Image} from './ports.ts'
import {removeStopped} from './retire.ts'
import type {Run} from './run.ts'
import {membersOf} from './standing.ts'
import type {World} from './world.ts'

/**
 * Takes away what is beyond the policy, by default that of the live release: stopped containers and names of images, oldest first. An image
 * goes with its last name. Returns how many releases can no longer be rolled back to, or have to be launched for it.
 */
export const keepWithinPolicy = async (
  at: Run,
  underWay: readonly ReleaseName[],
  signal: AbortSignal,
  keep: KeepPolicy | undefined = at.standing.live?.settings.keep,
): Promise<number> => {
  const {world, builds} = at
  const {engine} = world
  const images = await engine.images(environmentLabels(world.id), signal)
  const removals = await decide(images, underWay, keep, at, signal)
  for (const release of removals.stopped) await removeStopped(release, at)
  for (const reference of removals.references) {
    await engine.untag(reference, signal)
    const release = releaseOfReference(world.id, reference)
    if (release) world.emit({type: 'removed', release, what: 'image'})
  }
  const left = releasesLeft(images, removals, at, underWay)
  await Promise.all([world.records.retain(left, signal), world.files.retain(left, signal)])
  const count = new Set([...removals.stopped, ...removals.references.map((name) => releaseOfReference(world.id, name))])
    .size
  // A build that was cancelled at its very end leaves an image without a name. While another is under way, one may be about to get its own.
  if (underWay.length > 0 || builds.refreshing) return count
  for (const image of images.filter(({references: names}) => names.length === 0)) await engine.untag(image.id, signal)
  return count
}

const releasesLeft = (
  images: readonly Image[],
  {references: removed}: Removals,
  {world, standing}: Run,
  underWay: readonly ReleaseName[],
): ReleaseName[] => [
  ...images
    .flatMap(({references}) => references)
    .filter((name) => !removed.includes(name))
    .flatMap((name) => releaseOfReference(world.id, name) ?? []),
  ...membersOf(standing).map(({release}) => release),
  ...standing.stopped.map(({release}) => release),
  ...underWay,
]

const decide = async (
  images: readonly Image[],
  underWay: readonly ReleaseName[],
  keep: KeepPolicy | undefined,
  {world, standing}: Run,
  signal: AbortSignal,
): Promise<Removals> => {
  if (!keep) return {stopped: [], references: []}
  const holdings: Holdings = {
    id: world.id,
    images: images.map((image) => ({...image, sharedBytes: undefined})),
    stopped: standing.stopped,
    staying: [...membersOf(standing).map(({release}) => release), ...underWay],
  }
  // Without what images share, they count for more than they hold: only where that is too much, the engine is asked.
  if (heldBytes(holdings) <= keep.diskBytes) return beyondPolicy(holdings, keep)
  return beyondPolicy({...holdings, images: await withUsage(images, world, signal)}, keep)
}

// Older engines walk through all volumes to answer.
const usageTimeoutMs = 60_000

const withUsage = async (images: readonly Image[], {id, engine}: World, signal: AbortSignal) => {
  const usage = await engine.imageUsage(
    environmentLabels(id),
    AbortSignal.any([signal, AbortSignal.timeout(usageTimeoutMs)]),
  )
  return images.map((image) => ({...image, sharedBytes: usage.get(image.id)?.sharedBytes}))
}
