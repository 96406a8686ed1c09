import test from 'ava'
import * as fc from 'fast-check'

import {latencyBoundsMs, quantileMs} from '../../src/release/latency.ts'

const bucketOf = (ms: number): number => {
  const bucket = latencyBoundsMs.findIndex((bound) => ms <= bound)
  return bucket === -1 ? latencyBoundsMs.length : bucket
}

test('nothing counted has no quantile', (t) => {
  t.is(quantileMs([], 0.95), undefined)
  t.is(quantileMs([0, 0, 0], 0.95), undefined)
})

test('a quantile lies within the bucket of the request that it is about', (t) => {
  t.is(quantileMs([0, 0, 0, 10], 0.5), 7.5)
  t.is(quantileMs([50, 0, 0, 50], 0.5), 1)
  t.is(quantileMs([50, 0, 0, 50], 1), 10)
})

test('what took longer than the last bound counts as that bound', (t) => {
  t.is(quantileMs([...latencyBoundsMs.map(() => 0), 3], 0.5), 10_000)
})

test('a quantile is in the bucket of the true one, whatever the times', (t) => {
  const times = fc.array(fc.double({min: 0.01, max: 9999, noNaN: true}), {minLength: 1, maxLength: 200})
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.9, 0.95, 0.99), (all, share) => {
      const latency = Array.from({length: latencyBoundsMs.length + 1}, () => 0)
      for (const ms of all) latency[bucketOf(ms)] = (latency[bucketOf(ms)] ?? 0) + 1
      const sorted = all.toSorted((a, b) => a - b)
      const exact = sorted[Math.ceil(share * all.length - 1e-9) - 1] ?? 0
      t.is(bucketOf((quantileMs(latency, share) ?? 0) - 1e-9), bucketOf(exact))
    }),
  )
})
