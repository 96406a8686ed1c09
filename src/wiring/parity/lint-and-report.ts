import {ImmError} from '../../errors.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import {wantedReports} from '../../parity/report/formats/format.ts'
import type {CompareAndReport, Outcome} from './compare-and-report.ts'
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
    if (error instanceof ImmError && !signal.aborted && error.code !== 'USAGE') {
      const report = failedReport(side, error)
      await write(report, judge(report, failOn, true))
    }
    throw error
  }
}

const failedReport = (side: string, {code, message}: ImmError): ParityReport => ({
  command: 'lint',
  a: {name: side, summary: ''},
  findings: [],
  compared: [],
  uncompared: [{area: 'sides', reason: `${code}: ${message}`}],
})
