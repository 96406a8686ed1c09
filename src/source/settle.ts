import type {Clock} from '../lifecycle/ports.ts'
import {within} from './within.ts'

/** Paths that were reported together. */
export interface Batch {
  /** absolute */
  paths: readonly string[]
  /** reports may be missing, or still on their way: compare everything */
  everything: boolean
  firstEventMs: number
  /** paths that were reported again and again until the longest wait was over; empty for a batch that came to rest */
  restless: readonly string[]
}

export interface SettleOptions {
  clock: Clock
  /**
   * a batch has come to rest when nothing was reported for so long; four times as long while a batch is large, or follows on another:
   * then more is to be expected
   */
  quietMs: number
  /** a tree that never comes to rest yields a batch after so long */
  longestMs: number
  /** Waits while another program is known to be in the middle of something; true where it had to wait. */
  busy: (signal: AbortSignal) => Promise<boolean>
}

export interface Settler {
  note(path: string): void
  noteEverything(): void
  /** Rejects whoever waits, and who comes later. */
  fail(error: Error): void
  /** The next batch at rest. What is reported while nobody asks is kept and gathers. */
  next(signal: AbortSignal): Promise<Batch>
  /** something was reported that no batch has yet */
  readonly isOpen: boolean
}

interface Open {
  /** with how often each was reported, and when that was counted last: one write is several reports */
  paths: Map<string, {times: number; countedMs: number}>
  everything: boolean
  firstEventMs: number
  lastEventMs: number
}

/** A checkout, an unpacked archive: reports of so many files at once can be behind what is there. */
const manyPaths = 100

/** A file that is written for good reason is not written more often within the longest wait. */
const oftenTimes = 3

/** A save is this much: the file, one written aside that takes its place, the directory. More is a program at work. */
const pathsOfSave = 3

/** A batch that begins sooner after another is one of a row. */
const pauseMs = 200

const longerTimes = 4

const apartMs = 100

export const settler = ({clock, quietMs, longestMs, busy}: SettleOptions): Settler => {
  let open: Open | undefined
  let failure: Error | undefined
  let changed = Promise.withResolvers<void>()
  let lastBatchMs = -Infinity

  const opened = (): Open => {
    const nowMs = clock.now()
    open ??= {paths: new Map(), everything: false, firstEventMs: nowMs, lastEventMs: nowMs}
    open.lastEventMs = nowMs
    wake()
    return open
  }
  const quietOf = ({paths, firstEventMs}: Open): number =>
    paths.size > pathsOfSave || firstEventMs - lastBatchMs < pauseMs ? quietMs * longerTimes : quietMs
  const wake = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  return {
    get isOpen() {
      return open !== undefined
    },
    note: (path) => {
      const {paths, lastEventMs} = opened()
      const known = paths.get(path)
      if (known === undefined) paths.set(path, {times: 1, countedMs: lastEventMs})
      else if (lastEventMs - known.countedMs >= apartMs) {
        known.times++
        known.countedMs = lastEventMs
      }
    },
    noteEverything: () => {
      opened().everything = true
    },
    fail: (error) => {
      failure ??= error
      wake()
    },
    next: async (signal) => {
      // Counted from the question, so that a batch that gathered meanwhile is given its quiet period too.
      const askedMs = clock.now()
      for (;;) {
        signal.throwIfAborted()
        if (failure !== undefined) throw failure
        if (open === undefined) {
          await within(changed.promise, signal)
          continue
        }
        const nowMs = clock.now()
        const quietInMs = open.lastEventMs + quietOf(open) - nowMs
        const overInMs = Math.max(open.firstEventMs, askedMs) + longestMs - nowMs
        if (quietInMs > 0 && overInMs > 0) {
          await clock.sleep(Math.min(quietInMs, overInMs), signal)
          continue
        }
        if (await busy(signal)) {
          // The last reports of what the other program did may still be on their way.
          open.lastEventMs = clock.now()
          open.everything = true
          if (overInMs > 0) continue
          await clock.sleep(quietMs, signal)
        }
        const {paths, everything, firstEventMs} = open
        const restless =
          quietInMs > 0 ? [...paths].filter(([, {times}]) => times >= oftenTimes).map(([path]) => path) : []
        open = undefined
        lastBatchMs = clock.now()
        return {paths: [...paths.keys()], everything: everything || paths.size >= manyPaths, firstEventMs, restless}
      }
    },
  }
}
