import {releaseOfReference, type ReleaseName} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {imagesToRemove} from '../release/retention.ts'
import type {Run} from './run.ts'
import {membersOf} from './standing.ts'

/** Takes the names of images that are older than what is kept; an image goes with its last name. */
export const removeOldImages = async (
  {world, standing}: Run,
  underWay: readonly ReleaseName[],
  signal: AbortSignal,
): Promise<void> => {
  const {id, engine} = world
  const members = membersOf(standing)
  const images = await engine.images(environmentLabels(id), signal)
  for (const reference of imagesToRemove({
    images: images
      .flatMap(({references}) => references)
      .flatMap((reference) => {
        const release = releaseOfReference(id, reference)
        return release === undefined ? [] : [{reference, release}]
      }),
    keep: standing.live?.settings.keep.images ?? Infinity,
    pinned: [...members.map(({release}) => release), ...underWay],
  }))
    await engine.untag(reference, signal)
}
