import {appsWithLedger, placeOf} from '../../ledger/files.ts'
import {readEntries} from '../../ledger/read.ts'
import {releasesOf, type ReleaseRecord} from '../../ledger/releases.ts'
import type {ReleaseName} from '../../release/identity.ts'
import type {PreviewRecord} from '../../state/previews.ts'

type Rejection = ReleaseRecord['rejections'][number]

/** What is kept of an app's release that was rejected: its container is gone, and its log with it. */
export interface KeptRejection extends Pick<Rejection, 'time' | 'stage' | 'code' | 'message' | 'next'> {
  app: string
  release: ReleaseName
  /** the last lines that show the cause */
  output: readonly string[]
}

type Tried = NonNullable<PreviewRecord['tried']>

/** Of the last attempt of a preview, where that was rejected: what the histories of its apps have of it. */
export const keptRejections = async (
  {project, environment, tried}: Pick<PreviewRecord, 'project' | 'environment' | 'tried'>,
  home: string,
  signal: AbortSignal,
): Promise<KeptRejection[]> => {
  if (tried?.outcome !== 'rejected') return []
  const id = {project, environment}
  const found = (await appsWithLedger(home, id)).toSorted().map(async (app): Promise<KeptRejection[]> => {
    const releases = releasesOf(await readEntries(placeOf(home, {...id, app}), signal))
    const its = releases.find((one) => isOf(one, tried))
    const last = its?.rejections.at(-1)
    if (!its || !last) return []
    const {release} = its
    const {time, stage, code, message, next, output} = last
    return [{app, release, time, stage, code, message, next, output}]
  })
  return (await Promise.all(found)).flat()
}

/** Where its commit is not told, it is known by what it was rejected for. */
const isOf = ({commit, rejections}: ReleaseRecord, tried: Tried): boolean =>
  rejections.length > 0 && (commit === undefined ? rejections.at(-1)?.code === tried.code : commit === tried.commit)
