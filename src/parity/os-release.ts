import type {ImageFacts} from './image/image.ts'

/** The operating system of an image, as it calls itself. */
export interface OsRelease {
  /** `debian`, `alpine` */
  id: string
  /** `12`, `3.22.1`; empty for those that have none */
  version: string
  /** `Debian GNU/Linux 12 (bookworm)` */
  name: string
  /** where the release has a number of its own beside the version: Debian's `12.9` */
  pointRelease?: string | undefined
}

const places = ['/etc/os-release', '/usr/lib/os-release'] as const
const debian = '/etc/debian_version'

/** Files to be kept when an image is read. */
export const osReleaseFile = (path: string): number | undefined =>
  path === debian || places.some((place) => place === path) ? 64 * 1024 : undefined

/** os-release(5); undefined where the image has no such file, as images made of one program. */
export const osReleaseOf = (image: Pick<ImageFacts, 'content'>): OsRelease | undefined => {
  const text = places.map((path) => image.content(path)).find((content) => content !== undefined)
  if (text === undefined) return undefined
  const fields = new Map(
    text
      .toString('utf8')
      .split('\n')
      .map(assignment)
      .filter((each) => each !== undefined),
  )
  const id = fields.get('ID') ?? 'linux'
  const point = image.content(debian)?.toString('utf8').trim()
  return {
    id,
    version: fields.get('VERSION_ID') ?? '',
    name: fields.get('PRETTY_NAME') ?? fields.get('NAME') ?? id,
    // Others that are made of Debian's packages have the file, too, with Debian's number.
    ...(id === 'debian' && point && {pointRelease: point}),
  }
}

const assignment = (line: string): [string, string] | undefined => {
  const [, key, value] = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? []
  return key === undefined || value === undefined ? undefined : [key, unquoted(value)]
}

const unquoted = (value: string): string => {
  const [, quote, inner] = /^(["'])(.*)\1$/.exec(value) ?? []
  if (inner === undefined) return value
  return quote === '"' ? inner.replaceAll(/\\([\\"$`])/g, '$1') : inner
}
