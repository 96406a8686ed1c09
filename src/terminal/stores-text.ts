import type {StoreReport} from '../wiring/trust.ts'

const words: Readonly<Record<StoreReport['status'], string>> = {
  installed: 'installed',
  present: 'was there',
  removed: 'removed',
  absent: 'not there',
  'needs-root': 'needs root',
  'no-tool': 'skipped',
  none: 'skipped',
  failed: 'failed',
}

/** What came of each store, and what is left to do by hand. */
export const storesText = (reports: readonly StoreReport[]): string =>
  reports.map((report) => [row(report), ...details(report)].join('\n')).join('\n')

const row = ({store, place, status}: StoreReport): string =>
  `  ${words[status].padEnd(10)}  ${store.padEnd(7)}  ${place}`

const details = ({message, commands}: StoreReport): string[] => [
  ...(message === undefined ? [] : [`              ${message}`]),
  ...(commands ?? []).map((command) => `              ${command.map(quoted).join(' ')}`),
]

/** As a shell takes it. */
const quoted = (text: string): string => (/^[\w./~=:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
