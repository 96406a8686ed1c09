import {ImmError} from '../../errors.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import {wantedReports} from '../../parity/report/formats/format.ts'
import {askableAreas} from '../../parity/report/scope.ts'
import type {FailOn} from '../../parity/report/verdict.ts'
import {compare, type CompareOptions} from './compare.ts'
import {judge, type Judged} from './shown.ts'
import {writeReports, type ReportOptions} from './write-reports.ts'

export interface CompareAndReport extends CompareOptions, Pick<ReportOptions, 'environment' | 'onLines'> {
  failOn: FailOn
  /** as on the command line: `sarif=parity.sarif` */
  reports: readonly string[]
}

export interface Outcome {
  report: ParityReport
  judged: Judged
  /** Writes the reports; people are told first. REPORT_UNWRITABLE where that can't be done. */
  write(): Promise<void>
}

/** The whole of `imm parity`. Reports are written also where nothing could be compared: an old one would be taken for this one's. */
export const compareAndReport = async (options: CompareAndReport, signal: AbortSignal): Promise<Outcome> => {
  const {failOn, cwd, environment, onLines, only} = options
  const unknown = only.find((area) => !askableAreas.some((one) => one === area))
  if (unknown !== undefined)
    throw new ImmError('USAGE', `there is no area ${unknown}`, {next: `There are ${askableAreas.join(', ')}.`})
  if (only.includes('behaviour') && options.replay === undefined)
    throw new ImmError('USAGE', 'behaviour is compared by requests that are sent to both sides', {
      next: 'Add --replay FILE; `imm record` makes such a file.',
    })
  const wanted = wantedReports(options.reports)
  const write = async (report: ParityReport, judged: Judged): Promise<void> =>
    writeReports(report, {wanted, verdict: judged.verdict, failOn, cwd, environment, onLines}, signal)
  try {
    const {report, incomplete} = await compare(options, signal)
    const judged = judge(report, failOn, incomplete)
    return {report, judged, write: async () => write(report, judged)}
  } catch (error) {
    if (error instanceof ImmError && !signal.aborted && error.code !== 'USAGE') {
      const report = failedReport(options, error)
      await write(report, judge(report, failOn, true))
    }
    throw error
  }
}

const failedReport = ({a = '.', b = 'parity.against'}: CompareAndReport, {code, message}: ImmError): ParityReport => ({
  command: 'parity',
  a: {name: a, summary: ''},
  b: {name: b, summary: ''},
  findings: [],
  compared: [],
  uncompared: [{area: 'sides', reason: `${code}: ${message}`}],
})
