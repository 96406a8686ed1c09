import {ImmError} from '../../errors.ts'
import {ensureProxy} from '../../proxy/client.ts'
import {statePaths} from '../../state/paths.ts'
import {previewsNamed} from './find.ts'
import {statusOfPreviews} from './list.ts'

/** Where a preview is reached. NOTHING_LIVE where nothing of it is. */
export const previewAddress = async (
  name: string | undefined,
  directory: string,
  signal: AbortSignal,
): Promise<string> => {
  const paths = statePaths()
  const records = await previewsNamed(name === undefined ? [] : [name], directory, paths, signal)
  // Nobody else may be there to start it again, where it was killed.
  if (records.some(({apps}) => apps.length > 0)) await ensureProxy({paths, signal})
  const [status] = await statusOfPreviews(records, paths, signal)
  if (status?.url !== undefined) return status.url
  throw new ImmError('NOTHING_LIVE', `nothing of the preview of ${records[0]?.name ?? name ?? ''} has an address`, {
    next: 'Bring it up with `imm preview up`.',
  })
}
