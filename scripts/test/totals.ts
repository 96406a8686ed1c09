/** What AVA counts in one run; of its own many figures those that matter for the last line. */
export interface AvaStats {
  selectedTests?: number
  passedTests?: number
  passedKnownFailingTests?: number
  failedTests?: number
  remainingTests?: number
  skippedTests?: number
  failedHooks?: number
  uncaughtExceptions?: number
  unhandledRejections?: number
  failedWorkers?: number
  timeouts?: number
  /** of each file, by its path from the top of the project */
  files?: Readonly<Record<string, AvaStats>>
}

export interface Totals {
  passed: number
  failed: number
  skipped: number
  /** failed at first, and passed when their files were run again by themselves */
  again?: number
}

/** A test that never finished counts as failed, as does whatever went wrong outside of a test. */
export const totalsOf = (stats: AvaStats): Totals => {
  return {
    passed: sum(stats.passedTests, stats.passedKnownFailingTests),
    failed: sum(
      stats.failedTests,
      stats.remainingTests,
      stats.failedHooks,
      stats.uncaughtExceptions,
      stats.unhandledRejections,
      stats.failedWorkers,
    ),
    skipped: sum(stats.skippedTests),
  }
}

const sum = (...counts: (number | undefined)[]): number =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0)

export const addTotals = (a: Totals, b: Totals): Totals => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  again: sum(a.again, b.again),
})

/** What failed at first and passed alone: `again` of the run's tests. */
export const passedAgain = ({passed, failed, skipped}: Totals): Totals => ({
  passed: passed + failed,
  failed: 0,
  skipped,
  again: failed,
})

/** `412 passed, 0 failed, 3 skipped` */
export const totalsLine = ({passed, failed, skipped, again = 0}: Totals): string =>
  [
    `${passed} passed${again > 0 ? ` (${again} of them only when run again by themselves, see above)` : ''}`,
    `${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ')
