import {baseDigest, baseName} from '../release/base-labels.ts'
import type {ImageFile} from './ports.ts'

/** Where two images differ. */
export interface ImageDifference {
  /** of the image, or `config Env` */
  path: string
  /** `mode 644, and 755 in the release` */
  what: string
}

/** As much of a file as two images must agree on: times are the builder's. */
type Facts = Pick<ImageFile, 'kind' | 'mode' | 'uid' | 'gid' | 'content' | 'xattrs'>

/**
 * Compares everything that two images hold, in whatever order it comes: the full image's first, which is kept in mind, then that of the
 * release's image.
 */
export const fileDifferences = async (
  full: AsyncIterable<ImageFile>,
  release: AsyncIterable<ImageFile>,
): Promise<{files: number; differences: ImageDifference[]}> => {
  const wanted = new Map<string, Facts>()
  for await (const {path, kind, mode, uid, gid, content, xattrs} of full)
    wanted.set(path, {kind, mode, uid, gid, content, xattrs})
  const files = wanted.size
  const differences: ImageDifference[] = []
  for await (const file of release) {
    const {path} = file
    const one = wanted.get(path)
    const what = one === undefined ? 'only in the release' : difference(one, file)
    if (what !== undefined) differences.push({path, what})
    wanted.delete(path)
  }
  for (const path of wanted.keys()) differences.push({path, what: 'not in the release'})
  return {files, differences: differences.toSorted((a, b) => (a.path < b.path ? -1 : 1))}
}

const difference = (full: Facts, release: Facts): string | undefined => {
  if (full.kind !== release.kind) return told('a', nounOf(full), nounOf(release))[0]
  const parts = [
    ...(full.kind === 'link' ? told('link to', full.content, release.content) : contentOf(full, release)),
    ...told('mode', octal(full.mode), octal(release.mode)),
    ...told('owner', `${full.uid}:${full.gid}`, `${release.uid}:${release.gid}`),
    ...told('xattrs', xattrsOf(full), xattrsOf(release)),
  ]
  return parts.length === 0 ? undefined : parts.join('; ')
}

const told = (what: string, one: string, other: string): string[] =>
  one === other ? [] : [`${what} ${one}, and ${other} in the release`]

const contentOf = (full: Facts, release: Facts) => (full.content === release.content ? [] : ['other content'])

const nounOf = ({kind}: Facts): string => (kind === 'other' ? 'device' : kind)

const octal = (mode: number): string => mode.toString(8)

const xattrsOf = ({xattrs}: Facts): string =>
  Object.entries(xattrs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ') || 'none'

type Config = Readonly<Record<string, unknown>>

/** What of a config changes how a container of it runs, or what is built on it. */
const compared = [
  'Env',
  'Cmd',
  'Entrypoint',
  'WorkingDir',
  'User',
  'ExposedPorts',
  'Volumes',
  'Healthcheck',
  'StopSignal',
  'Shell',
  'OnBuild',
] as const

export const configDifferences = (full: Config, release: Config): ImageDifference[] => {
  const pairs = [
    ...compared.map((field) => [field, full[field], release[field]] as const),
    ...labelPairs(full['Labels'], release['Labels']),
  ]
  return pairs.flatMap(([field, one, other]) =>
    text(one) === text(other)
      ? []
      : [{path: `config ${field}`, what: `${text(one)}, and ${text(other)} in the release`}],
  )
}

/**
 * imm's own say who built it; the revision says from which commit, and other commits have the same source; what FROM says is said by the
 * full image alone.
 */
const isOurs = (label: string): boolean =>
  label.startsWith('imm.') ||
  label === 'org.opencontainers.image.revision' ||
  label === baseName ||
  label === baseDigest

const labelPairs = (full: unknown, release: unknown): (readonly [string, unknown, unknown])[] => {
  const [one, other] = [full, release].map((labels) => (labels ?? {}) as Record<string, string>)
  const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])
  return [...names].filter((name) => !isOurs(name)).map((name) => [`Labels ${name}`, one?.[name], other?.[name]])
}

/** Builders write what is not set as null, empty, or not at all; and a working directory of none is the root. */
const text = (value: unknown): string => {
  const nothing = value === undefined || value === null || value === '' || value === '/' || isEmpty(value)
  return nothing ? 'nothing' : JSON.stringify(value, sortedKeys)
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value
