import {statePaths} from '../../state/paths.ts'
import {listPreviews} from '../../state/previews.ts'
import {openEngine} from '../engine.ts'
import {previewsHere} from './find.ts'
import {statusOfPreviews, type PreviewStatus} from './list.ts'
import {weighAll} from './weigh.ts'

/** The previews of a directory's repository, or all. */
export const listHere = async (directory: string, all: boolean, signal: AbortSignal): Promise<PreviewStatus[]> => {
  const paths = statePaths()
  const records = all ? await listPreviews(paths.home) : (await previewsHere(directory, paths, signal)).records
  const memoryOf = await weighAll(records, async () => (await openEngine(paths, signal)).engine, signal)
  return statusOfPreviews(records, paths, signal, memoryOf)
}
