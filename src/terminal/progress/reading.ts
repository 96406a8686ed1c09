import type {BuildStep} from '../../lifecycle/ports.ts'
import {bytes} from '../formats.ts'

const everyMs = 250

export interface Reading {
  read(this: void, what: string, count: number): void
  /** requests that were sent to both sides */
  request(this: void, done: number, of: number): void
  end(): void
}

/** What is read of images, as steps of a build are shown: how much so far, at most a few times a second. */
export const readingSteps = (step: (step: BuildStep) => void, sides: number): Reading => {
  const known = new Map<string, {count: number; shownMs: number}>()
  const nameOf = (what: string) => `[${[...known.keys()].indexOf(what) + 1}/${sides}] read ${what}`
  return {
    read(what, count) {
      const one = known.get(what) ?? {count: 0, shownMs: 0}
      known.set(what, one)
      one.count += count
      const nowMs = performance.now()
      if (nowMs - one.shownMs < everyMs) return
      one.shownMs = nowMs
      step({name: nameOf(what), status: 'output', output: [bytes(one.count)]})
    },
    request(done, of) {
      const name = '[1/1] send requests to both sides'
      step({name, status: done < of ? 'output' : 'done', output: done < of ? [`${done} of ${of}`] : []})
    },
    end() {
      for (const what of known.keys()) step({name: nameOf(what), status: 'done', output: []})
    },
  }
}
