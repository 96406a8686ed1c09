import test from 'ava'

import {latencyFindings, leastSamples} from '../../../src/parity/replay/latency.ts'
import {median, rankTest} from '../../../src/parity/replay/ranks.ts'

const sides = {a: {name: 'a', origin: 'http://a'}, b: {name: 'b', origin: 'http://b'}}

/** Numbers from 0 to 1 that are the same in every run. */
const randomFrom = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const sample = (count: number, base: number, seed: number) => {
  const random = randomFrom(seed)
  // Few are much slower, as it is.
  return Array.from({length: count}, () => base * (1 + 0.3 * random()) + (random() < 0.05 ? 200 : 0))
}

const findings = (a: number[], b: number[], endpoint = 'GET /') => latencyFindings([{endpoint, a, b}], sides)

test('the rank test counts ranks, with ties', (t) => {
  // Worked out by hand: U = 0 and z = 12 / 4.787; U = 2.5 and z = 5 / 3.3594, with ties of 3 and of 2.
  t.true(Math.abs(rankTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) - 0.0122) < 0.0001)
  t.true(Math.abs(rankTest([1, 2, 2, 3], [2, 3, 4, 5]) - 0.1367) < 0.0001)
  t.is(rankTest([1, 1], [1, 1]), 1)
  t.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5])
})

test('a side that is slower by much is told, with both medians', (t) => {
  const [finding, ...others] = findings(sample(40, 20, 1), sample(40, 40, 2))
  t.deepEqual(others, [])
  t.like(finding, {rule: 'behaviour.latency', severity: 'warning', subject: 'GET /'})
  t.regex(finding!.message, /^b takes 4\d ms to begin its answer to GET \/, a 2\d ms \(medians of 40 requests\)$/)
})

for (const [what, a, b] of [
  ['too few samples', sample(leastSamples - 1, 20, 1), sample(leastSamples - 1, 200, 2)],
  ['a difference that nobody feels', sample(100, 1, 1), sample(100, 2, 2)],
  ['a difference that is small beside the time', sample(100, 100, 1), sample(100, 110, 2)],
] as const)
  test(`${what} say nothing`, (t) => {
    t.deepEqual(findings(a, b), [])
  })

test('like sides are told apart in hardly any of a thousand runs', (t) => {
  const wrong = Array.from({length: 1000}, (_, run) => findings(sample(30, 20, run + 1), sample(30, 20, run + 5001)))
  t.true(wrong.flat().length <= 2)
})

test('where each place has few samples, all of them together can tell', (t) => {
  const times = Array.from({length: 10}, (_, index) => ({
    endpoint: `GET /${index}`,
    a: sample(4, 20, index + 1),
    b: sample(4, 60, index + 101),
  }))
  t.deepEqual(
    latencyFindings(times, sides).map(({subject}) => subject),
    ['all requests'],
  )
})
