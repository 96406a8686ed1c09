import test from 'ava'

import type {ReleaseCounts} from '../../src/lifecycle/ports.ts'
import {latencyBoundsMs} from '../../src/release/latency.ts'
import {between} from '../../src/wiring/top-rates.ts'

/** Counts of a release whose answers all took up to 5 ms. */
const counted = (requests: number, serverErrors = 0, failures = 0): ReleaseCounts => ({
  release: 'r1-0000000',
  requests,
  serverErrors,
  failures,
  inFlight: 0,
  answers: [],
  bytesIn: requests * 10,
  bytesOut: requests * 1000,
  latencySumMs: 0,
  latency: [...latencyBoundsMs, Infinity].map((bound) => (bound === 5 ? requests : 0)),
})

test('requests, errors, latency and CPU are those between two looks', (t) => {
  const before = {atMs: 1000, counts: counted(100, 10), cpuMs: 50}
  const rates = between(before, {atMs: 3000, counts: counted(300, 13, 1), cpuMs: 1050})
  t.like(rates, {requests: 300, requestsPerS: 100, errorShare: 0.02, cpuPercent: 50})
  t.like(rates, {bytesInPerS: 1000, bytesOutPerS: 100_000})
  t.true(rates.p50Ms! > 2 && rates.p50Ms! < rates.p95Ms!)
  t.true(rates.p95Ms !== undefined && rates.p95Ms > 2 && rates.p95Ms <= 5)
})

test('without requests there is no share of errors and no latency', (t) => {
  const counts = counted(100, 10)
  const rates = between({atMs: 0, counts, cpuMs: 0}, {atMs: 1000, counts, cpuMs: 0})
  t.like(rates, {
    requestsPerS: 0,
    errorShare: undefined,
    p50Ms: undefined,
    p95Ms: undefined,
    bytesOutPerS: 0,
    cpuPercent: 0,
  })
})

test('a release that has just come is counted from zero, and its CPU can’t be told yet', (t) => {
  const rates = between({atMs: 0, counts: undefined, cpuMs: undefined}, {atMs: 500, counts: counted(5), cpuMs: 90})
  t.like(rates, {requests: 5, requestsPerS: 10, errorShare: 0, cpuPercent: undefined})
})

test('a proxy that was started again counts from zero again', (t) => {
  const rates = between({atMs: 0, counts: counted(1000, 900), cpuMs: 0}, {atMs: 1000, counts: counted(20, 1), cpuMs: 0})
  t.like(rates, {requests: 20, requestsPerS: 20, errorShare: 0.05})
})
