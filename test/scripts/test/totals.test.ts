import test from 'ava'

import {addTotals, passedAgain, totalsLine, totalsOf} from '../../../scripts/test/totals.ts'

test('what never finished, and what broke outside of a test, counts as failed', (t) => {
  t.deepEqual(
    totalsOf({
      passedTests: 3,
      passedKnownFailingTests: 1,
      failedTests: 1,
      remainingTests: 2,
      failedHooks: 1,
      skippedTests: 4,
    }),
    {
      passed: 4,
      failed: 4,
      skipped: 4,
    },
  )
  t.is(totalsOf({passedTests: 1, unhandledRejections: 1, uncaughtExceptions: 1, failedWorkers: 1}).failed, 3)
})

test('the last line adds up the runs and names skipped tests only where there are some', (t) => {
  const one = {passed: 400, failed: 0, skipped: 0}
  t.is(totalsLine(one), '400 passed, 0 failed')
  t.is(totalsLine(addTotals(one, {passed: 12, failed: 1, skipped: 3})), '412 passed, 1 failed, 3 skipped')
})

test('what passed only when it was run again is said', (t) => {
  const again = passedAgain({passed: 410, failed: 2, skipped: 0})
  t.is(
    totalsLine(addTotals({passed: 1, failed: 0, skipped: 0}, again)),
    '413 passed (2 of them only when run again by themselves, see above), 0 failed',
  )
})
