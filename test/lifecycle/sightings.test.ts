import test from 'ava'

import type {Observation} from '../../src/lifecycle/ports.ts'
import {describeSightings, noteSighting, sameFor, type Sighting} from '../../src/lifecycle/sightings.ts'

const seen = (...probes: [number, Observation][]): Sighting[] => {
  const sightings: Sighting[] = []
  for (const [ms, observation] of probes) noteSighting(sightings, observation, ms)
  return sightings
}

const refused: Observation = {outcome: 'refused', detail: 'ECONNREFUSED'}
const http = (status: number): Observation => ({outcome: 'http', status})

test('probes that saw the same one after the other are one sighting', (t) => {
  const sightings = seen([0, refused], [25, refused], [400, refused], [500, http(500)], [10_000, http(500)])
  t.is(describeSightings(sightings), 'connection refused for 0.4 s (3 probes), then HTTP 500 for 9.6 s (2 probes)')
  t.is(sameFor(sightings), 9600)
})

test('what is seen again after something else begins anew', (t) => {
  const sightings = seen([0, refused], [100, http(500)], [200, refused])
  t.is(sightings.length, 3)
  t.is(sameFor(sightings), 100)
})

test('only the last four are told, and how many there were before', (t) => {
  const sightings = seen(
    ...[500, 501, 502, 503, 504, 505].map((status, at): [number, Observation] => [at * 1000, http(status)]),
  )
  const text = describeSightings(sightings)
  t.regex(text, /^2 other answers, then HTTP 502/)
  t.regex(text, /HTTP 505 for 1\.0 s \(1 probe\)$/)
})

test('without a probe that ended, that is said', (t) => {
  t.is(describeSightings([]), 'no probe came to an end')
  t.is(sameFor([]), 0)
})

const words: [Observation, string][] = [
  [{outcome: 'connected'}, 'connected'],
  [{outcome: 'timeout', connected: true}, 'connected, but no answer'],
  [{outcome: 'timeout', connected: false}, 'no connection'],
  [{outcome: 'reset', detail: ''}, 'connection closed without an answer'],
  [{outcome: 'unreachable', detail: 'EHOSTUNREACH'}, 'unreachable (EHOSTUNREACH)'],
  [{outcome: 'garbage', detail: 'HPE_INVALID'}, 'an answer that is not HTTP'],
  [{outcome: 'unhealthy', detail: 'no database\n  yet\n'}, 'failed (no database yet)'],
  [{outcome: 'unhealthy', detail: ' \n'}, 'failed'],
]

for (const [observation, expected] of words)
  test(`${JSON.stringify(observation)} is told as: ${expected}`, (t) => {
    t.is(describeSightings(seen([0, observation])), `${expected} for 0.0 s (1 probe)`)
  })

test('of a check that prints a page only its beginning is told', (t) => {
  t.true(describeSightings(seen([0, {outcome: 'unhealthy', detail: 'x'.repeat(5000)}])).length < 300)
})
