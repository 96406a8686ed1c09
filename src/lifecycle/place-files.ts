import type {Settings} from '../config/settings.ts'
import type {BindMount} from '../release/container.ts'
import type {ReleaseName} from '../release/identity.ts'
import type {World} from './world.ts'

/** How containers of a release get its secrets and configs. */
export const placeFiles = async (
  release: ReleaseName,
  {files}: Pick<Settings, 'files'>,
  world: Pick<World, 'files'>,
  signal: AbortSignal,
): Promise<readonly BindMount[]> => (files.length === 0 ? [] : world.files.place(release, files, signal))
