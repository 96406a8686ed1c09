import {ImmError} from '../errors.ts'
import {isDelta} from '../lifecycle/anchor.ts'
import {configDifferences, fileDifferences, type ImageDifference} from '../lifecycle/image-differences.ts'
import type {Plan} from '../lifecycle/plan.ts'
import type {Engine, Image} from '../lifecycle/ports.ts'

/** What the comparison of the full image with that of a release found. */
export interface Verdict {
  /** id of the release's image */
  release: string
  references: readonly string[]
  /** it is one layer on an older full image */
  delta: boolean
  /** paths compared */
  files: number
  differences: readonly ImageDifference[]
}

export interface Verifiable {
  compare(full: Image, signal: AbortSignal): Promise<Verdict>
}

/** The newest image that imm dev made of a plan's source, to be compared; RELEASE_NOT_FOUND where there is none. */
export const verifyImage = async (
  {snapshot, buildDigest, project: {settings}}: Plan,
  engine: Engine,
  signal: AbortSignal,
): Promise<Verifiable> => {
  const wanted = {'imm.app': settings.app, 'imm.snapshot': snapshot.digest, 'imm.settings': buildDigest}
  // Without an environment it is an image of `imm build` itself.
  const found = (await engine.images(wanted, signal)).filter(({labels}) => labels['imm.environment'] !== undefined)
  const release = found.find(isDelta) ?? found[0]
  if (release === undefined)
    throw new ImmError(
      'RELEASE_NOT_FOUND',
      `imm dev has made no image of this source (snapshot ${snapshot.digest.slice(7, 14)}) to compare with`,
      {next: 'Start `imm dev`, and verify when the source as it is now is live.'},
    )
  return {
    compare: async (full, within) => {
      const [files, one, other] = await Promise.all([
        fileDifferences(engine.files(full, within), engine.files(release, within)),
        engine.config(full, within),
        engine.config(release, within),
      ])
      return {
        release: release.id,
        references: release.references,
        delta: isDelta(release),
        files: files.files,
        differences: [...configDifferences(one, other), ...files.differences],
      }
    },
  }
}
