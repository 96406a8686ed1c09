import type {KnownRelease} from '../wiring/history.ts'
import {age, columnsOf, duration, table} from './formats.ts'
import {safeTexts} from './safe-text.ts'

/** `imm releases` for people. */
export const releasesText = (
  releases: readonly KnownRelease[],
  nowMs: number,
  stream: {isTTY?: boolean; columns?: number},
): string => {
  if (releases.length === 0) return 'No release has been recorded here yet. `imm dev` makes them.'
  const headings = ['RELEASE', 'WHEN', 'NOW', 'OUTCOME', 'LIVE IN', 'BUILT', 'COMMIT', 'CHANGED']
  const rows = releases.map((release) => rowOf(safeTexts(release, false), nowMs))
  return table(headings, rows, columnsOf(stream))
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
