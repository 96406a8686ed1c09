import type {ParityReport} from '../../parity/report/finding.ts'
import {wantedReports} from '../../parity/report/formats/format.ts'
import type {CompareAndReport, Outcome} from './compare-and-report.ts'
import {reportFailure} from './failed-report.ts'
import {lint, type LintOptions} from './lint.ts'
import {judge, type Judged} from './shown.ts'
import {writeReports} from './write-reports.ts'

export type LintAndReport = LintOptions & Pick<CompareAndReport, 'failOn' | 'reports' | 'environment' | 'onLines'>

/** The whole of `imm lint`. Reports are written also where nothing could be checked: an old one would be taken for this one's. */
export const lintAndReport = async (options: LintAndReport, signal: AbortSignal): Promise<Outcome> => {
  const {side, failOn, cwd, environment, onLines} = options
  const wanted = wantedReports(options.reports)
  const write = async (report: ParityReport, {verdict}: Judged): Promise<void> =>
    writeReports(report, {wanted, verdict, failOn, cwd, environment, onLines}, signal)
  try {
    const {report, incomplete} = await lint(options, signal)
    const judged = judge(report, failOn, incomplete)
    return {report, judged, write: async () => write(report, judged)}
  } catch (error) {
    const about = {command: 'lint', a: {name: side, summary: ''}} as const
    const writeFailed = async (report: ParityReport): Promise<void> => write(report, judge(report, failOn, true))
    await reportFailure(error, {about, write: writeFailed, onWarning: options.onWarning}, signal)
    throw error
  }
}
