import {padded, width} from './width.ts'

/** `412 ms`, `1.2 s`, `48 s`, `3 min`, `3 min 20 s`, `2 h 5 min`. */
export const duration = (ms: number): string => {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return twoUnits(minutes, 'min', seconds % 60, 's')
  return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

const twoUnits = (large: number, largeUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`

/** `just now`, `40 s ago`, `3 min ago`, `5 h ago`, `12 days ago`: one unit is enough to tell releases apart. */
export const age = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / (24 * 3600))} days ago`
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Powers of 1000, as `docker images` counts: `512 B`, `1.5 kB`, `130 MB`. */
export const bytes = (count: number): string => {
  let value = count
  let unit = 0
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1
  return `${value.toFixed(digits)} ${byteUnits[unit]}`
}

/** `1 image`, `2 images`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A share (0 to 1) as `5 %`. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`

/** Columns that a table may use: those of a terminal, as many as it likes elsewhere. */
export const columnsOf = (stream: {isTTY?: boolean; columns?: number}): number =>
  stream.isTTY === true && stream.columns ? stream.columns : Infinity

/**
 * Rows in aligned columns under their headings. Nothing is ever cut: where the rows don't fit `columns`,
 * each becomes a block of `heading  value` lines.
 */
export const table = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns = Infinity,
): string => {
  const cells = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))))
  const total = widths.reduce((sum, each) => sum + each + 2, -2)
  return total <= columns ? cells.map((row) => aligned(row, widths)).join('\n') : blocks(headings, rows)
}

const aligned = (row: readonly string[], widths: readonly number[]) =>
  row
    .map((cell, column) => padded(cell, widths[column] ?? 0))
    .join('  ')
    .trimEnd()

const blocks = (headings: readonly string[], rows: readonly (readonly string[])[]) => {
  const widest = Math.max(...headings.map(width))
  const block = (row: readonly string[]) =>
    headings.map((heading, column) => aligned([heading, row[column] ?? ''], [widest])).join('\n')
  return rows.map(block).join('\n\n')
}
