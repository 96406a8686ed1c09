import {isImmError, type ImmError} from '../../errors.ts'
import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {statePaths, type StatePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import {downPreview} from './down.ts'
import {isOfProject, previewsHere, previewsNamed} from './find.ts'

export interface DownOptions {
  names: readonly string[] | 'all'
  directory: string
  onWarning: (message: string) => void
  onDown: (record: PreviewRecord) => void
  /** it is there still, or half of it */
  onFailed: (record: PreviewRecord, error: ImmError) => void
}

/** Takes previews down one after the other; how many were to go. What goes wrong with one is nothing to the others. */
export const takeDownPreviews = async (
  {names, directory, onWarning, onDown, onFailed}: DownOptions,
  signal: AbortSignal,
  {paths = statePaths(), down = downPreview} = {},
): Promise<number> => {
  const records =
    names === 'all' ? await allHere(directory, paths, signal) : await previewsNamed(names, directory, paths, signal)
  const listener = (event: LifecycleEvent): void => {
    if (event.type === 'warning') onWarning(event.message)
  }
  const bugs: unknown[] = []
  for (const record of records) {
    try {
      await down(record, {paths, listener}, signal)
      onDown(record)
    } catch (error) {
      signal.throwIfAborted()
      if (isImmError(error)) onFailed(record, error)
      else bugs.push(error)
    }
  }
  // Nobody knows what to say of it, and it is no reason to keep the others.
  if (bugs.length > 0) throw bugs[0]
  return records.length
}

/** In a project that is a part of its repository, all of that. */
const allHere = async (directory: string, paths: Pick<StatePaths, 'home'>, signal: AbortSignal) => {
  const {repository, records} = await previewsHere(directory, paths, signal)
  return repository?.subdirectory === undefined ? records : records.filter((one) => isOfProject(one, repository))
}
