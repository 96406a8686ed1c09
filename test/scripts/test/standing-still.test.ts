import test from 'ava'

import {type RunEvent, standingStill} from '../../../scripts/test/standing-still.ts'

const testFile = 'test/a.test.ts'
const selected = ['one', 'two', 'three'].map((title) => ({type: 'selected-test', testFile, title}))
const passed = (title: string): RunEvent => ({type: 'test-passed', testFile, title})

const after = (...events: RunEvent[]) => {
  const files = standingStill()
  for (const event of [{type: 'starting', testFile}, ...events]) files.take(event, 0)
  return files
}

test('a file in which nothing ends is named with the test that it is at and the one before', (t) => {
  const files = after(...selected, passed('one'))
  t.deepEqual(files.lines(99_000, 100_000), [])
  t.deepEqual(files.lines(100_000, 100_000), [
    'test/a.test.ts: nothing for 100 s; it is at "two" (2 tests have not ended), after "one"',
  ])
})

test('it is named once, and again when it has moved in between', (t) => {
  const files = after(...selected, passed('one'))
  t.is(files.lines(100_000, 100_000).length, 1)
  t.deepEqual(files.lines(200_000, 100_000), [])
  files.take(passed('two'), 200_000)
  t.deepEqual(files.lines(300_000, 100_000), ['test/a.test.ts: nothing for 100 s; it is at "three", after "two"'])
})

test('a file whose tests have ended, but not the file, is named as well', (t) => {
  const files = after(...selected.slice(0, 1), passed('one'))
  t.deepEqual(files.lines(1000, 0), ['test/a.test.ts: nothing for 1 s; it does not end, after "one"'])
})

test('what is skipped is never what a file is at', (t) => {
  const files = after({type: 'selected-test', testFile, title: 'no', skip: true}, ...selected.slice(1, 2))
  t.deepEqual(files.lines(0, 0), ['test/a.test.ts: nothing for 0 s; it is at "two"'])
})

for (const type of ['worker-finished', 'worker-failed'])
  test(`a file that has ended is not named (${type})`, (t) => {
    t.deepEqual(after(...selected, {type, testFile}).lines(1e6, 0), [])
  })

test('a file that stands still for long is found also after it was named, and no longer once it has ended', (t) => {
  const files = after(...selected)
  files.lines(100_000, 100_000)
  t.false(files.stands(399_999, 400_000))
  t.true(files.stands(400_000, 400_000))
  files.take({type: 'worker-finished', testFile}, 400_001)
  t.false(files.stands(900_000, 400_000))
})
