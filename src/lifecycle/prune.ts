import {releaseOfReference, type ReleaseName} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {imagesToRemove} from '../release/retention.ts'
import type {Run} from './run.ts'
import {membersOf} from './standing.ts'

/** Takes the names of images that are older than what is kept; an image goes with its last name. */
export const removeOldImages = async (
  {world, standing, builds}: Run,
  underWay: readonly ReleaseName[],
  signal: AbortSignal,
): Promise<void> => {
  const {id, engine, emit} = world
  const members = membersOf(standing)
  const images = await engine.images(environmentLabels(id), signal)
  const references = imagesToRemove({
    id,
    references: images.flatMap((image) => image.references),
    keep: standing.live?.settings.keep.images ?? Infinity,
    pinned: [...members.map(({release}) => release), ...underWay],
  })
  for (const reference of references) {
    await engine.untag(reference, signal)
    const release = releaseOfReference(id, reference)
    if (release) emit({type: 'removed', release, what: 'image'})
  }
  // A build that was cancelled at its very end leaves an image without a name. While another is under way, one may be about to get its own.
  if (underWay.length > 0 || builds.refreshing) return
  for (const image of images.filter(({references: names}) => names.length === 0)) await engine.untag(image.id, signal)
}
