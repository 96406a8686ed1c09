import type {ReleaseName} from '../release/identity.ts'
import type {Plan} from './plan.ts'
import type {World} from './world.ts'

/** Says which commit a release was made of; afterwards, because git would take its time from the build. */
export const tellRevision = async (
  release: ReleaseName,
  {project}: Plan,
  {emit}: Pick<World, 'emit'>,
  signal: AbortSignal,
): Promise<void> => {
  const checkout = await project.checkout(signal)
  if (checkout) emit({type: 'revision', release, ...checkout})
}
