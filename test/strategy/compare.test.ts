import test from 'ava'
import * as fc from 'fast-check'

import {latencyBoundsMs} from '../../src/release/latency.ts'
import {compare, type Limits} from '../../src/strategy/compare.ts'
import {countsSince, noCounts, type Counts} from '../../src/strategy/counts.ts'

const limits: Limits = {minRequests: 20, errorShare: 0.01, latencyFactor: 2, latencyMs: 100}

/** So many requests that all took as long. */
const counts = (requests: number, {serverErrors = 0, failures = 0, ms = 5} = {}): Counts => {
  const bucket = latencyBoundsMs.findIndex((bound) => ms <= bound)
  return {
    requests,
    serverErrors,
    failures,
    latency: [...latencyBoundsMs, Infinity].map((_, index) => (index === bucket ? requests : 0)),
  }
}

const verdict = (live: Counts, candidate: Counts, changed: Partial<Limits> = {}) =>
  compare(live, candidate, {...limits, ...changed}).verdict

test('as good as the live release is ok', (t) => {
  t.is(verdict(counts(1000), counts(50)), 'ok')
})

test('fewer requests than asked for say nothing, and how many decide is said', (t) => {
  const {verdict: judged, evidence} = compare(counts(1000), counts(19), limits)
  t.is(judged, 'unsure')
  t.regex(evidence[0].words, /20 requests decide/)
  t.is(verdict(noCounts, noCounts), 'unsure')
  t.is(verdict(counts(1000), noCounts), 'unsure')
})

test('more errors than the live release has are worse, with the numbers and the limit', (t) => {
  const {verdict: judged, evidence} = compare(counts(950), counts(100, {serverErrors: 5}), limits)
  t.is(judged, 'worse')
  t.like(evidence[0], {measure: 'errors', verdict: 'worse', live: 0, candidate: 0.05, limit: 0.01})
  t.is(evidence[0].words, '5 of 100 failed (5.0 %), of the live release 0 of 950 failed (0.0 %); at most 1.0 % allowed')
})

test('requests without an answer count as errors do', (t) => {
  t.is(verdict(counts(950), counts(100, {failures: 5})), 'worse')
  t.is(verdict(counts(950), counts(100, {failures: 3, serverErrors: 2})), 'worse')
})

test('errors that the live release has as well are none of the candidate', (t) => {
  t.is(verdict(counts(1000, {serverErrors: 50}), counts(100, {serverErrors: 5})), 'ok')
  t.is(verdict(counts(1000, {serverErrors: 50}), counts(100, {serverErrors: 7})), 'worse')
})

test('two errors past the limit need no fair number of requests', (t) => {
  t.is(verdict(counts(1000), counts(2, {serverErrors: 2})), 'worse')
  t.is(verdict(noCounts, counts(2, {serverErrors: 2})), 'worse')
  t.is(verdict(counts(1000), counts(2, {serverErrors: 2}), {errorShare: 0.1}), 'unsure', '2 of 20 would be within it')
})

test('a lone error is no pattern: the next one, or enough that goes well, decides', (t) => {
  t.is(verdict(counts(1000), counts(1, {serverErrors: 1})), 'unsure')
  t.is(verdict(counts(1000), counts(99, {serverErrors: 1})), 'unsure')
  t.is(verdict(counts(1000), counts(99, {serverErrors: 2})), 'worse')
  t.is(verdict(counts(1000), counts(100, {serverErrors: 1})), 'ok')
})

test('answers that take much longer are worse', (t) => {
  const {verdict: judged, evidence} = compare(counts(1000, {ms: 20}), counts(50, {ms: 500}), limits)
  t.is(judged, 'worse')
  t.like(evidence[1], {measure: 'latency', verdict: 'worse', live: 19.5, candidate: 485, limit: 119.5})
  t.is(evidence[1].words, 'p95 485 ms, of the live release 20 ms; at most 120 ms allowed')
})

test('a short time more is no difference, whatever the factor; nor is a small factor, whatever the time', (t) => {
  t.is(verdict(counts(1000, {ms: 1}), counts(50, {ms: 100})), 'ok')
  t.is(verdict(counts(1000, {ms: 1000}), counts(50, {ms: 2000})), 'ok')
  t.is(verdict(counts(1000, {ms: 1000}), counts(50, {ms: 5000})), 'worse')
})

test('times of few requests hold nobody up', (t) => {
  t.is(verdict(counts(5), counts(50, {ms: 5000})), 'ok', 'of the live release there are too few to compare with')
  t.is(verdict(noCounts, counts(50, {ms: 5000})), 'ok')
  t.is(verdict(counts(1000), counts(19, {ms: 5000})), 'unsure')
})

test('what was counted since an earlier look is compared alone', (t) => {
  const before = counts(100, {serverErrors: 100})
  const now = counts(150, {serverErrors: 100, failures: 1})
  t.deepEqual(countsSince(before, now), counts(50, {failures: 1}))
  t.deepEqual(countsSince(noCounts, now), now)
})

test('a proxy that counts from nothing again gives no negative numbers', (t) => {
  t.deepEqual(countsSince(counts(100, {serverErrors: 7}), counts(10)), counts(0))
})

const someCounts = fc
  .record({good: fc.nat(500), serverErrors: fc.nat(50), failures: fc.nat(50), ms: fc.constantFrom(1, 5, 50, 500, 5000)})
  .map(({good, serverErrors, failures, ms}) => counts(good + serverErrors + failures, {serverErrors, failures, ms}))
const rank = {ok: 0, unsure: 1, worse: 2}

test('one error more never makes a candidate look better', (t) => {
  fc.assert(
    fc.property(someCounts, someCounts, (live, candidate) => {
      const instead = {...candidate, serverErrors: candidate.serverErrors + 1}
      fc.pre(instead.serverErrors + instead.failures <= instead.requests)
      t.true(rank[verdict(live, instead)] >= rank[verdict(live, candidate)])
    }),
  )
})

test('what is worse is never worse than itself', (t) => {
  fc.assert(
    fc.property(someCounts, (counted) => {
      t.not(verdict(counted, counted), 'worse')
    }),
  )
})

test('every number and every limit is in the words', (t) => {
  fc.assert(
    fc.property(someCounts, someCounts, (live, candidate) => {
      const [errors] = compare(live, candidate, limits).evidence
      t.true(errors.words.includes(`${candidate.serverErrors + candidate.failures} of ${candidate.requests} failed`))
      t.true(errors.words.includes(`${live.serverErrors + live.failures} of ${live.requests} failed`))
    }),
  )
})
