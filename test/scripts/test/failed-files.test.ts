import test from 'ava'

import {failedFiles} from '../../../scripts/test/failed-files.ts'

const fine = {passedTests: 3}
const failing = {passedTests: 2, failedTests: 1}

test('the files with failed or unfinished tests are run again, and no others', (t) => {
  const files = {'test/e2e/a.test.ts': fine, 'test/e2e/b.test.ts': failing, 'test/e2e/c.test.ts': {remainingTests: 2}}
  t.deepEqual(failedFiles({passedTests: 5, failedTests: 1, remainingTests: 2, files}), [
    'test/e2e/b.test.ts',
    'test/e2e/c.test.ts',
  ])
  t.deepEqual(failedFiles({passedTests: 3, files: {'test/e2e/a.test.ts': fine}}), [])
})

test('nothing is run again where the run broke off, a worker fell over, or many files failed', (t) => {
  const files = {'test/e2e/b.test.ts': failing}
  t.deepEqual(failedFiles({failedTests: 1, timeouts: 1, files}), [])
  t.deepEqual(failedFiles({failedTests: 1, failedWorkers: 1, files}), [])
  t.deepEqual(failedFiles({failedTests: 4, files: {a: failing, b: failing, c: failing, d: failing}}), [])
})
