import type {Entry} from '../ledger/entry.ts'
import type {ShownRelease} from '../wiring/history.ts'
import {entryText, filesText, revisionText} from './entry-text.ts'
import {counted, table} from './formats.ts'
import {timeText} from './history-text.ts'
import {outcomeText} from './releases-text.ts'
import {runsWithText} from './runs-with-text.ts'
import {safeTexts} from './safe-text.ts'

const listed = 50

/** `imm show` for people. */
export const showText = (unsafe: ShownRelease): string => {
  const shown = safeTexts(unsafe, false)
  const {release, state} = shown
  const now = {
    live: 'live now',
    candidate: 'taking over the traffic now',
    warm: 'warm: kept paused for a rollback',
    stopped: 'its container is kept stopped, for a rollback',
    image: 'its image is there, and can be rolled back to',
    gone: 'neither its container nor its image is there any more',
    running: 'its container runs, and the proxy does not',
    starting: 'its container runs without traffic',
    ended: 'its container has ended',
  }
  const is = state === undefined ? "the engine can't be asked what became of it" : (now[state] ?? state)
  return [
    `${release}: ${outcomeText(shown)}; ${is}`,
    facts(shown),
    ...happened(shown),
    ...runsWithText(shown.configuration ?? {}),
    ...settings(shown),
    ...files(shown),
  ].join('\n')
}

const facts = ({time, who, commit, branch, dirty, changed, snapshot, image, settings: digest, build}: ShownRelease) => {
  const rows: (readonly [string, string | undefined])[] = [
    ['begun', timeText(time)],
    ['who', `${who.user} on ${who.host}, imm ${who.imm} (pid ${who.pid})`],
    ['changed', changed.count === 0 ? undefined : filesText(changed)],
    ['commit', commit === undefined ? undefined : revisionText({commit, branch, dirty: dirty ?? false}).slice(7)],
    ['source', snapshot],
    ['settings', digest],
    ['image', image],
    ['built', build && entryText({type: 'build', ...build} as Entry).slice(6)],
  ]
  return table(
    ['', ''],
    rows.flatMap(([name, value]) => (value === undefined ? [] : [[`  ${name}`, value]])),
  )
    .split('\n')
    .slice(1)
    .join('\n')
}

/** told above */
const told = new Set<string>(['release', 'revision', 'build'])

const happened = ({entries}: ShownRelease): string[] =>
  entries.filter(({type}) => !told.has(type)).map((entry) => `  ${timeText(entry.time)}  ${entryText(entry)}`)

const settings = ({against, settingChanges}: ShownRelease): string[] => {
  if (against === undefined) return []
  if (settingChanges === undefined) return [`Settings against ${against}: not known of both`]
  if (settingChanges.length === 0) return [`Settings against ${against}: the same`]
  return [
    `Settings against ${against}:`,
    ...settingChanges.map(({key, before, after}) => `  ${key}  ${valueText(before)} -> ${valueText(after)}`),
  ]
}

const valueText = (value: string | undefined): string => {
  if (value === undefined) return 'not set'
  return value.startsWith('hmac:') ? `(${value.slice(5, 12)})` : value
}

const files = ({against, fileChanges}: ShownRelease): string[] => {
  if (fileChanges === undefined || against === undefined) return []
  const more = fileChanges.length - listed
  return [
    `Files against ${against}: ${fileChanges.length === 0 ? 'the same' : counted(fileChanges.length, 'difference')}`,
    ...fileChanges.slice(0, listed).map(({path, what}) => `  ${path}: ${what}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}
