import {isImmError} from '../errors.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {isOf, readStatus, type ReleaseState} from './status.ts'

/** What became of a release; `gone`: it has neither a container nor an image; undefined: the engine can't be asked. */
export type StateNow = ReleaseState | 'gone' | undefined

/** The history is there to be read when nothing runs as well. */
export const statesNow = async (
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<(id: AppId, release: ReleaseName) => StateNow> => {
  try {
    const all = await readStatus(signal)
    return (id, name) =>
      all.find((one) => isOf(one, id))?.releases.find(({release}) => release === name)?.state ?? 'gone'
  } catch (error) {
    if (!isImmError(error)) throw error
    onTrouble(`what runs now isn't known: ${error.message}`)
    return () => undefined
  }
}
