import type {Proof} from '../ledger/verify.ts'
import type {HistoryLine} from '../wiring/history.ts'
import {entryText} from './entry-text.ts'
import {safeTexts} from './safe-text.ts'

/** Entries for people, oldest first; `withApps`: and whose each is. */
export const historyText = (lines: readonly HistoryLine[], withApps = false): string => {
  if (lines.length === 0) return 'Nothing has been recorded here yet.'
  const width = withApps ? Math.max(...lines.map(({app}) => app.length)) : 0
  return lines
    .map(({app, entry}) => `${withApps ? `${app.padEnd(width)} ` : ''}${lineOf(safeTexts(entry, false))}`)
    .join('\n')
}

const lineOf = (entry: HistoryLine['entry']): string => {
  const release = 'release' in entry && entry.release !== undefined ? `${entry.release} ` : ''
  return `${String(entry.seq).padStart(5)}  ${timeText(entry.time)}  ${entry.who.user}  ${release}${entryText(entry)}`
}

/** `2026-11-25 10:00:03`, in the time of this place. */
export const timeText = (time: string): string => {
  const date = new Date(time)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

const two = (value: number) => String(value).padStart(2, '0')

const problems: Record<Extract<Proof, {intact: false}>['problem'], string> = {
  changed: 'the line is not as it was written',
  'out of order': 'the line does not follow the one before: something was taken out or put in between',
  torn: 'the last line was not written to its end; the next entry repairs that',
  'begins late': 'the entries before it are missing',
}

export const proofText = (proof: Proof): string => {
  if (!proof.intact)
    return `The chain breaks at ${proof.file}:${proof.line}: ${problems[proof.problem]} (${proof.entries} entries before it are intact).`
  if (proof.hash === undefined) return 'Nothing has been recorded here yet.'
  const last = proof.first + proof.entries - 1
  return `The chain is intact: entries ${proof.first} to ${last}, last hash ${proof.hash}.`
}
