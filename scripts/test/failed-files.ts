import type {AvaStats} from './totals.ts'
import {totalsOf} from './totals.ts'

/** More than these are no matter of chance. */
const most = 3

/**
 * Files of tests to run once more, by themselves; none where the run broke off, or where too much failed. Tests on an engine share it with one
 * other file, and with whatever else the machine does: what fails there and never alone is told, and is no reason to hold a change back.
 */
export const failedFiles = (stats: AvaStats): string[] => {
  const files = Object.entries(stats.files ?? {}).filter(([, each]) => totalsOf(each).failed > 0)
  const inFiles = files.reduce((sum, [, each]) => sum + totalsOf(each).failed, 0)
  const broken = (stats.timeouts ?? 0) > 0 || inFiles < totalsOf(stats).failed
  return broken || files.length > most ? [] : files.map(([file]) => file)
}
