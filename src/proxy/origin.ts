import type {Lane} from './lane.ts'
import type {Route} from './routes.ts'

/** A route at one host and path. */
export interface Place<L extends Lane = Lane> {
  readonly route: Route<L>
  /** `/`, or a prefix without a slash at its end */
  readonly path: string
  /** taken off the path before the application gets it; mostly nothing */
  readonly strip: string
}

/** What a host leads to. */
export interface Origin<L extends Lane = Lane> {
  /** longest path first; the one of `/`, where there is one, last */
  readonly places: readonly Place<L>[]
  /** of a host that has `/` and nothing else, as nearly all: there is nothing to choose */
  readonly only: Place<L> | undefined
}

export const originOf = <L extends Lane>(places: readonly Place<L>[]): Origin<L> => {
  const sorted = places.toSorted((a, b) => b.path.length - a.path.length)
  const [first] = sorted
  return {places: sorted, only: sorted.length === 1 && first?.path === '/' ? first : undefined}
}

/** The place with the longest path that holds the request's; see `meantPath` for `..`. */
export const placeUnder = <L extends Lane>({places}: Origin<L>, target: string): Place<L> | undefined => {
  const path = meantPath(target)
  return places.find((place) => place.path === '/' || isWithin(path, place.path))
}

/**
 * The path of a request target, with `.` and `..` as clients and applications resolve them (RFC 3986 5.2.4; also written `%2e`, as
 * the URL standard has it). All else stays as it is: `%2F` is no slash, and whoever takes it for one does so within its own route.
 */
export const meantPath = (target: string): string => {
  const path = target.slice(0, endOfPath(target))
  return dotSegment.test(path) ? withoutDots(path) : path
}

/** What the application gets of a target whose path begins with `prefix`. */
export const strippedTarget = (target: string, prefix: string): string => {
  const rest = meantPath(target).slice(prefix.length)
  return `${rest === '' ? '/' : rest}${target.slice(endOfPath(target))}`
}

const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

export const isWithin = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')

const endOfPath = (target: string): number => {
  const end = target.search(/[?#]/)
  return end < 0 ? target.length : end
}

const withoutDots = (path: string): string => {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    const name = segment.replaceAll(/%2e/gi, '.')
    if (name === '..') kept.pop()
    else if (name !== '.') kept.push(segment)
    // `/a/..` is a directory as `/a/../` is.
    if ((name === '..' || name === '.') && index === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
}
