import type {Stage, Timings} from './events.ts'

export interface Stopwatch {
  enter(stage: Stage): void
  stage(): Stage
  lap(part: keyof Timings): void
  timings(): Timings
}

/** When an attempt began, epoch ms. */
export interface Beginning {
  /** the first file event; where `total` begins */
  firstEventMs: number
  /** the change was settled */
  noticedMs: number
  /** the source was read */
  plannedMs: number
}

/** Times the parts of an attempt, in whole ms. */
export const stopwatch = ({firstEventMs, noticedMs, plannedMs}: Beginning, now: () => number): Stopwatch => {
  const timings: Timings = {
    detect: Math.round(noticedMs - firstEventMs),
    snapshot: Math.round(plannedMs - noticedMs),
    build: 0,
    launch: 0,
    verify: 0,
    flip: 0,
    total: 0,
  }
  let current: Stage = 'snapshot'
  let lastMs = plannedMs
  return {
    enter: (stage) => void (current = stage),
    stage: () => current,
    lap(part) {
      const nowMs = now()
      timings[part] = (timings[part] ?? 0) + Math.round(nowMs - lastMs)
      timings.total = Math.round(nowMs - firstEventMs)
      lastMs = nowMs
    },
    timings: () => timings,
  }
}
