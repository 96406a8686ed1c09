import type {ReleaseName} from '../release/identity.ts'
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
  const references = imagesToRemove({
    id,
    references: images.flatMap((image) => image.references),
    keep: standing.live?.settings.keep.images ?? Infinity,
    pinned: [...members.map(({release}) => release), ...underWay],
  })
  for (const reference of references) await engine.untag(reference, signal)
}
