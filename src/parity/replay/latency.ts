import type {Finding} from '../report/finding.ts'
import {median, rankTest} from './ranks.ts'
import type {ReplaySide} from './side.ts'

/** Times to the first byte, of requests that both sides answered. */
export interface Times {
  endpoint: string
  a: number[]
  b: number[]
}

/** Of each side; with fewer nothing is said. */
export const leastSamples = 20
/** Less than a tenth of a second in a hundred runs of the same would show by chance, over all places that are looked at. */
const chance = 0.01
/** Nobody feels less, and machines differ by as much. */
const leastRatio = 1.25
const leastMs = 5

/** Where one side is slower than the other, surely and by much: place by place, else of all together. */
export const latencyFindings = (times: readonly Times[], sides: {a: ReplaySide; b: ReplaySide}): Finding[] => {
  const enough = times.filter(({a}) => a.length >= leastSamples)
  const found = enough.flatMap((each) => findingOf(each, chance / enough.length, sides) ?? [])
  if (found.length > 0 || times.length < 2) return found
  const all = {endpoint: 'all requests', a: times.flatMap(({a}) => a), b: times.flatMap(({b}) => b)}
  return all.a.length >= leastSamples ? [findingOf(all, chance, sides) ?? []].flat() : []
}

const findingOf = (
  {endpoint, a, b}: Times,
  limit: number,
  sides: {a: ReplaySide; b: ReplaySide},
): Finding | undefined => {
  const [inA, inB] = [median(a), median(b)]
  const [slow, fast] = [Math.max(inA, inB), Math.min(inA, inB)]
  if (slow - fast < leastMs || slow < fast * leastRatio || rankTest(a, b) > limit) return undefined
  const slower = inA > inB ? sides.a : sides.b
  const other = inA > inB ? sides.b : sides.a
  return {
    rule: 'behaviour.latency',
    severity: 'warning',
    subject: endpoint,
    message: `${slower.name} takes ${ms(slow)} to begin its answer to ${endpoint}, ${other.name} ${ms(fast)} (medians of ${a.length} requests)`,
    a: ms(inA),
    b: ms(inB),
  }
}

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
