import test from 'ava'

import {stopwatch} from '../../src/lifecycle/stopwatch.ts'

test('each part is timed from the end of the one before, and the total from the first file event', (t) => {
  let nowMs = 1000
  const watch = stopwatch({firstEventMs: 900, noticedMs: 960, plannedMs: 1000}, () => nowMs)
  t.is(watch.stage(), 'snapshot')
  for (const [stage, ms] of [
    ['build', 100.4],
    ['launch', 80],
    ['verify', 60],
    ['flip', 2],
  ] as const) {
    watch.enter(stage)
    t.is(watch.stage(), stage)
    nowMs += ms
    watch.lap(stage)
  }
  t.deepEqual(watch.timings(), {detect: 60, snapshot: 40, build: 100, launch: 80, verify: 60, flip: 2, total: 342})
})

test('parts that were not passed through took no time', (t) => {
  const watch = stopwatch({firstEventMs: 5, noticedMs: 5, plannedMs: 5}, () => 35)
  watch.lap('verify')
  t.deepEqual(watch.timings(), {detect: 0, snapshot: 0, build: 0, launch: 0, verify: 30, flip: 0, total: 30})
})
