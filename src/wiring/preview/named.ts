import {statePaths} from '../../state/paths.ts'
import {readPreview, savePreview, type PreviewRecord} from '../../state/previews.ts'
import {previewsNamed} from './find.ts'
import {restPreview} from './rest.ts'

/** The previews that are named; that of what is checked out in the directory, where none is. */
export const previewsOf = async (
  names: readonly string[],
  directory: string,
  signal: AbortSignal,
): Promise<PreviewRecord[]> => previewsNamed(names, directory, statePaths(), signal)

/** Has a preview stay whatever its age, or lets it go again. */
export const pinPreview = async (record: PreviewRecord, pinned: boolean): Promise<void> => {
  const {home} = statePaths()
  // As it is now: it may have been put to rest since it was found.
  await savePreview(home, {...((await readPreview(home, record)) ?? record), pinned})
}

/** Stops the containers of a preview; the first request starts them again. */
export const stopPreview = async (record: PreviewRecord, signal: AbortSignal): Promise<void> =>
  restPreview(record, 'asleep', statePaths(), signal)
