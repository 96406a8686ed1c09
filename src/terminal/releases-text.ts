import type {KnownRelease} from '../wiring/history.ts'
import {age, columnsOf, counted, duration, table} from './formats.ts'
import {safeTexts} from './safe-text.ts'

/** The newest so many of those that came to something: of many saves in a row most are superseded at once. */
export const worthShowing = (
  releases: readonly KnownRelease[],
  limit: number,
): {shown: readonly KnownRelease[]; leftOut: number} => {
  const shown = releases.filter((release) => !isPassing(release)).slice(0, limit)
  const last = shown.length < limit ? undefined : shown.at(-1)
  const reached = last ? releases.indexOf(last) + 1 : releases.length
  return {shown, leftOut: reached - shown.length}
}

/** Superseded before it had any traffic. */
const isPassing = ({outcome, entries}: KnownRelease): boolean =>
  outcome === 'superseded' && !entries.some(({type}) => type === 'live' || type === 'shifted')

export interface ReleasesShown {
  releases: readonly KnownRelease[]
  leftOut: number
  /** says whose each is */
  withApps: boolean
}

/** `imm releases` for people. */
export const releasesText = (
  {releases, leftOut, withApps}: ReleasesShown,
  nowMs: number,
  stream: {isTTY?: boolean; columns?: number},
): string => {
  if (releases.length === 0 && leftOut === 0) return 'No release has been recorded here yet. `imm dev` makes them.'
  const headings = ['RELEASE', 'WHEN', 'NOW', 'OUTCOME', 'LIVE IN', 'BUILT', 'COMMIT', 'CHANGED']
  const rows = releases.map((release) => ({app: release.app, row: rowOf(safeTexts(release, false), nowMs)}))
  const shown = withApps
    ? table(
        ['APP', ...headings],
        rows.map(({app, row}) => [app, ...row]),
        columnsOf(stream),
      )
    : table(
        headings,
        rows.map(({row}) => row),
        columnsOf(stream),
      )
  return leftOut === 0
    ? shown
    : `${shown}\nleft out: ${counted(leftOut, 'release')} superseded before any traffic (--all shows them)`
}

const rowOf = (record: KnownRelease, nowMs: number): string[] => {
  const {release, time, state, build, changed} = record
  return [
    release,
    age(nowMs - Date.parse(time)),
    state ?? '?',
    outcomeText(record),
    liveInText(record),
    build === undefined ? '' : build.how === 'cached' ? 'cached' : `${build.how} ${duration(build.ms)}`,
    commitText(record),
    changedText(changed),
  ]
}

/** `rejected in verify` */
export const outcomeText = ({outcome, rejections, supersededIn}: KnownRelease): string => {
  switch (outcome) {
    case 'rejected':
      return `rejected in ${rejections[0]?.stage ?? '?'}`
    case 'superseded':
      return `superseded in ${supersededIn ?? '?'}`
    case 'unfinished':
      return 'not finished'
    case 'live':
    case 'reverted':
      return outcome
    default:
      return outcome satisfies never
  }
}

const liveInText = ({lives}: KnownRelease): string => {
  const first = lives.find(({cause}) => cause === 'change')
  return first === undefined ? '' : duration(first.timings.total)
}

/** `+`: and changes that are in no commit. */
const commitText = ({commit, branch, dirty}: KnownRelease): string =>
  commit === undefined ? '' : `${commit.slice(0, 7)}${dirty ? '+' : ''}${branch === undefined ? '' : ` ${branch}`}`

const changedText = ({files: [first], count}: KnownRelease['changed']): string =>
  first === undefined ? '' : `${first}${count > 1 ? ` +${count - 1}` : ''}`
