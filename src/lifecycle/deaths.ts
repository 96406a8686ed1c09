import type {ReleaseName} from '../release/identity.ts'

/** So many deaths in a row are a crash loop: starting the same again will not help. */
export const crashLoopDeaths = 5
/** Who served for so long and dies begins a new row. */
export const settledMs = 60_000

const firstPauseMs = 250
const longestPauseMs = 10_000

/** How often a release's containers ended by themselves soon after they were healthy, one after the other. */
export interface Deaths {
  /** One of them is healthy, from now on. */
  lives(release: ReleaseName, nowMs: number): void
  /** One ended, or could not be brought up again; returns how many in a row that makes. */
  died(release: ReleaseName, nowMs: number): number
}

export const createDeaths = (): Deaths => {
  let row: {release: ReleaseName; sinceMs: number; deaths: number} | undefined
  return {
    lives(release, nowMs) {
      row = {release, sinceMs: nowMs, deaths: row?.release === release ? row.deaths : 0}
    },
    died(release, nowMs) {
      const goesOn = row?.release === release && nowMs - row.sinceMs < settledMs
      row = {
        release,
        sinceMs: row?.release === release ? row.sinceMs : nowMs,
        deaths: goesOn && row ? row.deaths + 1 : 1,
      }
      return row.deaths
    },
  }
}

/** Pause before the next try after so many failures: the first is at once. */
export const pauseAfter = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(firstPauseMs * 2 ** (failures - 2), longestPauseMs)
