import test from 'ava'

import {median, strayAnswers, summaryLines} from '../../../scripts/demo/summary.ts'

test('the median is the middle one, or the mean of the two in the middle', (t) => {
  t.is(median([]), undefined)
  t.is(median([7]), 7)
  t.is(median([900, 10, 400]), 400)
  t.is(median([1, 2, 10, 20]), 6)
})

test('the table counts a release that came back by a rollback once, and says that it did', (t) => {
  const lines = summaryLines({
    live: ['r1-aaaaaaa', 'r2-bbbbbbb', 'r1-aaaaaaa'],
    rejected: 3,
    superseded: 1,
    served: 2000,
    failed: 0,
    slowestMs: 41.6,
    saveToLiveMs: [400, 420],
    rollbackMs: undefined,
  })
  t.true(lines.includes('releases live               2 (r1-aaaaaaa, r2-bbbbbbb; again r1-aaaaaaa)'))
  t.true(lines.includes('requests failed             0'))
  t.true(lines.includes('median save-to-live         410 ms'))
  t.true(lines.includes('rollback                    -'))
})

test('an answer of a release that never was live is a stray one, and so are two different ones of the same release', (t) => {
  const answers = new Map([
    ['r1-aaaaaaa', new Set(['one'])],
    ['r2-bbbbbbb', new Set(['two', 'three'])],
    ['r3-ccccccc', new Set(['broken'])],
  ])
  t.deepEqual(strayAnswers(answers, ['r1-aaaaaaa', 'r2-bbbbbbb']), [
    'r3-ccccccc answered and was never live',
    'r2-bbbbbbb gave 2 different answers',
  ])
  t.deepEqual(strayAnswers(new Map(), []), [])
})
