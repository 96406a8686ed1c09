import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {statePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import {downPreview} from './down.ts'
import {previewsHere, previewsNamed} from './find.ts'

export interface DownOptions {
  names: readonly string[] | 'all'
  directory: string
  onWarning: (message: string) => void
  onDown: (record: PreviewRecord) => void
}

/** Takes previews down one after the other; how many. */
export const takeDownPreviews = async (
  {names, directory, onWarning, onDown}: DownOptions,
  signal: AbortSignal,
): Promise<number> => {
  const paths = statePaths()
  const records =
    names === 'all'
      ? (await previewsHere(directory, paths, signal)).records
      : await previewsNamed(names, directory, paths, signal)
  const listener = (event: LifecycleEvent): void => {
    if (event.type === 'warning') onWarning(event.message)
  }
  for (const record of records) {
    await downPreview(record, {paths, listener}, signal)
    onDown(record)
  }
  return records.length
}
