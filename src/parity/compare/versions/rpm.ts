import {orderOfDigits} from './dpkg.ts'

/** As rpm compares epoch, version and release. */
export const rpmOrder = (a: string, b: string): number => {
  const left = partsOf(a)
  const right = partsOf(b)
  return left.epoch - right.epoch || rpmvercmp(left.version, right.version) || rpmvercmp(left.release, right.release)
}

const partsOf = (text: string) => {
  const colon = text.indexOf(':')
  const rest = text.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return {
    epoch: colon === -1 ? 0 : Number(text.slice(0, colon)) || 0,
    version: dash === -1 ? rest : rest.slice(0, dash),
    release: dash === -1 ? '' : rest.slice(dash + 1),
  }
}

/** Segments of letters or of digits, whatever stands between them; `~` is before the end, `^` after it and before all else. */
const rpmvercmp = (a: string, b: string): number => {
  const left = segmentsOf(a)
  const right = segmentsOf(b)
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const byRank = rank(left[at]) - rank(right[at])
    if (byRank !== 0) return byRank
    const bySegment = orderOfSegments(left[at] ?? '', right[at] ?? '')
    if (bySegment !== 0) return bySegment
  }
  return 0
}

const segmentsOf = (version: string): string[] => version.match(/\d+|[A-Za-z]+|~|\^/g) ?? []

const rank = (segment: string | undefined): number => {
  if (segment === '~') return 0
  if (segment === undefined) return 1
  if (segment === '^') return 2
  return /^\d/.test(segment) ? 4 : 3
}

const orderOfSegments = (a: string, b: string): number =>
  /^\d/.test(a) ? orderOfDigits(a, b) : a === b ? 0 : a < b ? -1 : 1
