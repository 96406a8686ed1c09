import {firstCause, ImmError, isImmError} from '../../errors.ts'
import type {ParityReport} from '../../parity/report/finding.ts'

export interface FailedReport {
  about: Pick<ParityReport, 'command' | 'a' | 'b'>
  write: (report: ParityReport) => Promise<void>
  onWarning: (message: string) => void
}

/**
 * Writes the reports of what could not be compared, with the reason: one of an earlier run would be taken for this one's. That they can't be written
 * must not hide why they are.
 */
export const reportFailure = async (
  thrown: unknown,
  {about, write, onWarning}: FailedReport,
  signal: AbortSignal,
): Promise<void> => {
  const error = firstCause(thrown)
  if (signal.aborted || isImmError(error, 'USAGE')) return
  const message = error instanceof Error ? error.message : String(error)
  const reason = `${error instanceof ImmError ? error.code : 'BUG'}: ${message}`
  try {
    await write({...about, findings: [], compared: [], uncompared: [{area: 'sides', reason}]})
  } catch (failed) {
    if (!isImmError(failed, 'REPORT_UNWRITABLE')) throw failed
    onWarning(failed.message)
  }
}
