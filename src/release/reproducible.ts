import {ImmError} from '../errors.ts'

/** 1980-01-01T00:00:01Z: the earliest that zip files can say, and what Cloud Native Buildpacks use. */
export const defaultEpochS = 315_532_801

/** What a tar header holds in octal digits; year 2242. */
const latestS = 8 ** 11 - 1

/** Seconds since 1970 that times of an image are set to: `SOURCE_DATE_EPOCH` (reproducible-builds.org), else one that everybody shares. */
export const epochOf = ({SOURCE_DATE_EPOCH: given}: Readonly<Record<string, string | undefined>>): number => {
  if (given === undefined || given === '') return defaultEpochS
  if (/^\d{1,15}$/.test(given) && Number(given) <= latestS) return Number(given)
  throw new ImmError('USAGE', `SOURCE_DATE_EPOCH is "${given}", and must be seconds since 1970`, {
    next: 'Unset it, or use the time of the commit: `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`.',
  })
}

/** One app of one project, wherever it is built. */
export interface CanonicalIdentity {
  project: string
  app: string
  /** digest of the source, `sha256:<hex>` */
  snapshot: string
  /** digest of what reaches the image beside the source */
  settings: string
  /** commit that holds exactly this source; undefined where no commit does */
  revision: string | undefined
}

/** What the canonical image of a snapshot carries: nothing of whose machine, environment or release it is. */
export const canonicalLabels = ({
  project,
  app,
  snapshot,
  settings,
  revision,
}: CanonicalIdentity): Record<string, string> => ({
  'imm.project': project,
  'imm.app': app,
  'imm.snapshot': snapshot,
  'imm.settings': settings,
  ...(revision === undefined ? {} : {'org.opencontainers.image.revision': revision}),
})

/** `imm/<project>/<app>:<7 of the snapshot>` */
export const canonicalReference = ({project, app, snapshot}: CanonicalIdentity): string =>
  `imm/${project}/${app}:${snapshot.replace(/^sha256:/, '').slice(0, 7)}`

const namePart = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const reference = new RegExp(
  `^(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${namePart}(?:/${namePart})*(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?$`,
)

/** A name as `docker tag` takes it, with the tag that it means; undefined where it is none. */
export const fullReference = (name: string): string | undefined => {
  const match = reference.exec(name)
  if (match === null) return undefined
  return match.groups?.['tag'] === undefined ? `${name}:latest` : name
}
