/** What the demo adds up to. */
export interface Summary {
  /** names of the releases that had the traffic, in order, one again after a rollback */
  live: readonly string[]
  rejected: number
  superseded: number
  served: number
  failed: number
  slowestMs: number
  /** from the save to the flip, of each good save */
  saveToLiveMs: readonly number[]
  rollbackMs: number | undefined
}

/** The middle one; of an even number the mean of the two in the middle. Undefined for none. */
export const median = (values: readonly number[]): number | undefined => {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2
}

export const summaryLines = (summary: Summary): string[] => {
  const {live, rejected, superseded, served, failed, slowestMs, saveToLiveMs, rollbackMs} = summary
  const middle = median(saveToLiveMs)
  const rows: [string, string][] = [
    ['releases live', releasesText(live)],
    ['releases rejected', String(rejected)],
    ['superseded by a newer save', String(superseded)],
    ['requests served', String(served)],
    ['requests failed', String(failed)],
    ['slowest answer', `${Math.round(slowestMs)} ms`],
    ['median save-to-live', middle === undefined ? '-' : `${Math.round(middle)} ms`],
    ['rollback', rollbackMs === undefined ? '-' : `${Math.round(rollbackMs)} ms`],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`)
}

/** Each once, then those that came back: `2 (r1, r2; again r1)`. */
const releasesText = (live: readonly string[]): string => {
  const again = live.filter((release, index) => live.indexOf(release) < index)
  const names = [...new Set(live)]
  return `${names.length} (${names.join(', ')}${again.length > 0 ? `; again ${again.join(', ')}` : ''})`
}

/** Answers that no client should have got: of a release that never was live, or two different ones of the same release. */
export const strayAnswers = (answers: ReadonlyMap<string, ReadonlySet<string>>, live: readonly string[]): string[] => [
  ...[...answers.keys()]
    .filter((release) => !live.includes(release))
    .map((release) => `${release} answered and was never live`),
  ...[...answers]
    .filter(([, bodies]) => bodies.size > 1)
    .map(([release, bodies]) => `${release} gave ${bodies.size} different answers`),
]
