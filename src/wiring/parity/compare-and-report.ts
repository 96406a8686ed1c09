import {ImmError} from '../../errors.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import {wantedReports} from '../../parity/report/formats/format.ts'
import {askableAreas} from '../../parity/report/scope.ts'
import type {FailOn} from '../../parity/report/verdict.ts'
import {compare, type CompareOptions} from './compare.ts'
import {reportFailure} from './failed-report.ts'
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
    const about = {
      command: 'parity',
      a: {name: options.a ?? '.', summary: ''},
      b: {name: options.b ?? 'parity.against', summary: ''},
    } as const
    const writeFailed = async (report: ParityReport): Promise<void> => write(report, judge(report, failOn, true))
    await reportFailure(error, {about, write: writeFailed, onWarning: options.onWarning}, signal)
    throw error
  }
}
